"""What a file feeds and what not, in JSON and in plain words; and that every hint works."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.driving import CommandLine

TICKETS = "Ticket ID,Create date,Ended for good,Status\n" + "".join(
    f"T{d},2025-01-{d:02d} 09:00,2025-01-{d + 1:02d} 09:00,Closed\n" for d in range(1, 13)
)


def test_the_outcome_says_which_measures_and_what_could_feed_the_others(sq: CommandLine) -> None:
    outcome = sq.load(sq.file(TICKETS))
    assert outcome["feeds"] == ["ticket_volume"]
    lacking = {each["kpi"]: each for each in outcome["not_fed"]}
    assert lacking["full_resolution_time"]["lacking"] == ["solved_at"]
    assert lacking["full_resolution_time"]["could_be"] == {"solved_at": ["Ended for good"]}
    assert lacking["full_resolution_time"]["say"] == ["--map solved_at=Ended for good"]


def test_what_could_feed_it_does_when_it_is_mapped(sq: CommandLine) -> None:
    path = sq.file(TICKETS)
    outcome = sq.load(path, "--map", "solved_at=Ended for good")
    assert {"full_resolution_time", "backlog"} <= set(outcome["feeds"])


def test_plain_output_says_what_was_decided(sq: CommandLine) -> None:
    text = "N° ticket;Créé le;Date de clôture\n1;25/03/2025 09:15;26/03/2025 09:15\n"
    for command in ("check", "load"):
        out = sq.run(command, sq.file(text)).out
        for part in (
            "Kind: tickets",
            "created_at = Créé le",
            "solved_at = Date de clôture",
            "Line 1 names the columns",
            "created_at: day first",
            "Feeds: Backlog, Tickets received, Time to full resolution.",
            "Not: Time to first reply: no column is “First reply”.",
        ):
            assert part in out


# Headers and a row of each: what nobody knows, or knows in part.
PUZZLES = {
    "unknown": ("Réf;Arrivé;Fini", "a{n};{d}/01/2025 10:00;{d}/02/2025 10:00"),
    "a closing that is named": (
        "Our ref;Came;Date of close",
        "a{n};2025-01-{d} 10:00;2025-02-{d} 10:00",
    ),
    "an id and a date": ("id;created_at", "{n};2025-01-{d} 10:00"),
    "a review": ("id;date;stars;text", "{n};2025-01-{d} 10:00;{p};fine"),
    "a survey": ("when answered;score", "2025-01-{d} 10:00;{p}"),
    "a form in Spanish": (
        "Marca temporal;¿Está satisfecho con la atención?",
        "{d}/1/2025 9:12:00;Muy satisfecho",
    ),
    "words of a scale": ("Data risposta;Giudizio sul servizio", "{d}/01/2025;Ottimo"),
    "reviews in German": ("Bewertungs-ID;Tag;Sterne", "b{n};{d}.01.2025;{p} Sterne"),
    "sums by month": ("Period;Due;Late;In time", "2024-{n:02};1{n};1;{n}"),
    "a ranking": ("Rank;Name;Overall", "{n};Brand {n};9{p}"),
}
# Nothing but dates speaks of what these are.
BARE = {
    "a date": ("date", "2025-01-{d}"),
    "two dates": ("Début;Fin", "{d}/01/2025;{d}/02/2025"),
    "an id and a date of nothing": ("id;date", "{n};2025-01-{d}"),
    "invoices": ("Invoice;Date;Amount", "{n};2025-01-{d};12.5"),
    "mails": ("date;from;subject", "2025-01-{d} 10:00;a@example.org;hello {n}"),
    "weeks": ("Site;1;2;3;4;5", "S{n};120;130;125;110;1{n}"),
}


def written(sq: CommandLine, puzzle: tuple[str, str]) -> Path:
    header, row = puzzle
    rows = [row.format(n=n, d=n + 12, p=n % 5 + 1) for n in range(1, 13)]
    return sq.file("\n".join([header, *rows]) + "\n")


@pytest.mark.parametrize("name", BARE)
def test_of_a_file_that_says_nothing_no_kind_is_hinted_at(sq: CommandLine, name: str) -> None:
    reason = sq.load(written(sq, BARE[name]), code=1)["reason"]
    assert "nothing says what its rows are" in reason
    assert BARE[name][0].replace(";", ", ") in reason
    assert "add:" not in reason


VALUES = {"publisher": "Times", "year": "2024", "kpi": "parcels"}


@pytest.mark.parametrize("name", PUZZLES)
def test_every_hint_that_a_refusal_prints_works(sq: CommandLine, name: str) -> None:
    path = written(sq, PUZZLES[name])
    (outcome,) = sq.run("load", path, "--json").json
    if outcome["status"] == "published":
        return
    found = re.search(r"(?:add|all rows): (.*)$", outcome["reason"])
    assert found, outcome["reason"]
    hinted = re.sub(r"(\w+)=VALUE", lambda m: f"{m[1]}={VALUES[m[1]]}", found[1])
    assert sq.load(path, *shlex.split(hinted))["rows_accepted"] == 12


def test_the_day_of_an_order_is_never_proposed_as_the_day_promised(sq: CommandLine) -> None:
    rows = [f"{n};2025-01-{n + 12};12.5" for n in range(1, 13)]
    outcome = sq.load(sq.file("\n".join(["order_id;order_date;total", *rows]) + "\n"), code=1)
    assert "was read as deliveries, but needs promised_at" in outcome["reason"]
    assert "promised_at=order_date" not in outcome["reason"]


@pytest.mark.parametrize(
    ("name", "kind"), [("a review", "surveys"), ("an id and a date", None), ("unknown", None)]
)
def test_the_kind_is_named_only_where_something_tells(
    sq: CommandLine, name: str, kind: str | None
) -> None:
    outcome = sq.load(written(sq, PUZZLES[name]), code=1)
    assert (outcome["kind"], outcome["status"]) == (kind, "refused")


def test_a_wait_is_offered_as_what_it_leads_to_and_another_s_time_is_not(sq: CommandLine) -> None:
    rows = "".join(
        f"T{d},2025-01-{d:02d} 09:00,2025-02-{d:02d} 09:00,{3600 * d},{9000 * d},Closed\n"
        for d in range(1, 13)
    )
    head = (
        "Ticket ID,Created at,Case closed date,First response time (s),"
        "First response time in business hours (s),Status\n"
    )
    path = sq.file(head + rows)
    lacking = {each["kpi"]: each for each in sq.load(path)["not_fed"]}
    word = "first_reply_at=Created at + First response time (s)"
    assert lacking["first_reply_time"]["say"] == [f"--map {word}"]
    assert lacking["resolved_in_time"]["could_be"] == {}  # closed is not due
    assert "first_reply_time" in sq.load(path, "--map", word)["feeds"]
    # Of waits of 1 to 12 hours the sixth is in the middle.
    assert sq.one("first_reply_time")["median"] == 360


def test_what_else_could_be_typed_can_be_typed(sq: CommandLine) -> None:
    path = sq.file(
        "Ticket;Date de création;Heure de création\n1;06/01/2025;09:12\n2;17/01/2025;8:30\n"
    )
    said = next(line for line in sq.run("check", path).out.splitlines() if "--map" in line)
    _flag, words = shlex.split(said.partition("Otherwise: ")[2])
    assert sq.load(path, "--map", words)["mapping"]["created_at"] == "Date de création"
