"""Personal columns are known by name and content; what only looks like one is left alone."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import pytest

from service_quality.base import alone
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ingest.stage import identifying, personal
from service_quality.uploads import secret_key
from service_quality.warehouse.connection import Warehouse
from tests.factories import prepared, write_csv
from tests.ingest import columns_of_people, more_columns_of_people

PERSONAL = columns_of_people.PERSONAL | more_columns_of_people.PERSONAL
INNOCENT = columns_of_people.INNOCENT | more_columns_of_people.INNOCENT
TEXTS = [
    f"Since {n} March nobody has told me where my parcel of last month may be" for n in range(9)
]
SUBJECTS = [f"Parcel {n} is late" for n in range(9)]


@pytest.mark.parametrize(
    ("header", "values", "why"),
    [
        ("Contact", ["a.b@example.com", "C@Example.fr", "-"], "email"),
        ("Contact", ["Ann Other <ann@example.com>"], "email"),
        ("Contact", ["+33 6 12 34 56 78", "+49 (30) 123456"], "phone"),
        ("Contact", ["06 12 34 56 78"], "phone"),
        ("N° de téléphone", ["0612345678", "0033612345678"], "phone"),
        ("Origin", ["192.168.0.1", "2001:db8::1"], "ip"),
        ("Agent Name", ["Marie Dupont", "Jean-Luc Picard", "O’Neill, Bo"], "name"),
        ("Prénom", ["Zoé", "Élodie"], "name"),
        ("Requester", ["Ana", "Bo Li"], "name"),
        ("Sujet", SUBJECTS, "text"),
        ("Column 7", TEXTS, "text"),
    ],
)
def test_personal(header: str, values: list[str], why: str) -> None:
    assert identifying.of_column(header, values) == why


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Ticket", ["0612345678", "0033612345678"]),  # numbers of tickets
        ("Name", ["GUY'S AND ST THOMAS' NHS FOUNDATION TRUST", "AIREDALE NHS FOUNDATION TRUST"]),
        ("Team", ["Anna", "Bo"]),  # nothing says that these are people
        ("Assignment group", ["Group A", "Night Shift"]),
        ("Attribué à - Groupe de techniciens", ["Équipe Nord"]),
        ("Agent", ["Resolver 73", "Resolver 1"]),
        ("Subject", ["Refund request", "Late parcel"] * 10),  # a list to choose from
        ("Subject", ["Where is it?"]),  # too few to tell
        ("Version", ["10.1", "10.2.3"]),
        ("Site", ["nord.example.com"]),
        ("Anything", []),
    ],
)
def test_not_personal(header: str, values: list[str]) -> None:
    assert identifying.of_column(header, values) is None


@pytest.mark.parametrize("what", PERSONAL)
def test_columns_of_people(what: str) -> None:
    assert identifying.of_column(*PERSONAL[what])


@pytest.mark.parametrize("what", INNOCENT)
def test_columns_that_only_look_so(what: str) -> None:
    assert identifying.of_column(*INNOCENT[what]) is None


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("north", "north"),
        ("north, ask ann@example.com", "north, ask …"),
        ("call +33 6 12 34 56 78 first", "call … first"),
        ("06 12 34 56 78", "…"),
        ("FR14 2004 1010 0505 0001 3M02 606", "…"),
        ("DE89370400440532013000", "…"),
        ("DE89370400440532013001", "DE89370400440532013001"),  # its check digits are wrong
        ("01/03/2024 10-12", "01/03/2024 10-12"),
        ("topic 10.1.2.3, 2024-000123", "topic 10.1.2.3, 2024-000123"),
    ],
)
def test_what_identifies_a_person_in_a_cell_is_masked(text: str, hidden: str) -> None:
    assert identifying.masked(text) == hidden


def test_so_many_numbers_are_no_strays_but_the_company_s_own() -> None:
    numbers = [f"0800 {n:06d}" for n in range(identifying.MOST_NUMBERS + 1)]
    assert identifying.masks([*numbers, "+33 6 12 34 56 78"]) == {"+33 6 12 34 56 78": "…"}


def test_a_message_id_is_no_address() -> None:
    ids = ["<1a2b@mail.example.com>", "3c4d@mail.example.com"]
    assert identifying.of_column("Message-ID", ids, is_id=True) is None
    assert identifying.of_column("E-mail", ids, is_id=True) == "email"


def test_half_of_the_values_decide() -> None:
    assert identifying.of_column("Agent", ["Ann Moore", "Back Office"]) == "name"
    assert identifying.of_column("Agent", ["Ann Moore", "shop", "Back Office"]) is None


def test_a_hash_is_the_hmac_whatever_the_case(tmp_path: Path) -> None:
    ids = ["Zoé@Example.fr", "zoé@example.FR ", None]
    rows = [
        {"ticket_id": n, "created_at": "2024-03-01", "contact_id": each}
        for n, each in enumerate(ids)
    ]
    path = write_csv(tmp_path / "x.csv", rows)
    key = b"of this test"
    with Warehouse.scratch().cursor() as cursor:
        found = prepared(cursor, path, "tickets", ["ticket_id", "created_at", "contact_id"])
        (told,) = personal.treat(cursor, found.staged, Instructions(), lambda: key)
        stored = cursor.execute("select contact_id from staged order by rowid").fetchall()
    assert (told.column, told.done) == ("contact_id", "hashed")
    expected = hmac.new(key, "zoé@example.fr".encode(), hashlib.sha256).hexdigest()[:32]
    assert [value for (value,) in stored] == [expected, expected, None]


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    passing = secret_key.of(tmp_path, make=False)
    assert not list(tmp_path.iterdir())
    key = secret_key.of(tmp_path)
    assert key == secret_key.of(tmp_path) != passing
    (path,) = (path for path in tmp_path.iterdir() if path.name != alone.FILE_NAME)
    assert path.stat().st_mode & 0o777 == 0o600


def test_all_of_a_large_file_is_looked_at_here_and_there(tmp_path: Path) -> None:
    rows = [
        {
            "ticket_id": n,
            "created_at": "2024-03-01",
            "contact_id": f"shop {n}" if n < 3_000 else f"c{n}@example.com",
            "team": "north",
        }
        for n in range(9_000)
    ]
    columns = ["ticket_id", "created_at", "contact_id", "team"]
    with Warehouse.scratch().cursor() as cursor:
        found = prepared(cursor, write_csv(tmp_path / "x.csv", rows), "tickets", columns)
        told = personal.treat(cursor, found.staged, Instructions(), lambda: b"key")
        (plain,) = cursor.execute(
            "select count(*) from staged where contains(contact_id, '@')"
        ).fetchall()[0]
    assert [(each.column, each.done) for each in told] == [("contact_id", "hashed")]
    assert plain == 0
