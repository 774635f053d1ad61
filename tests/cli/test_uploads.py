"""The list of uploads, taking one back, and loading the same file twice."""

from pathlib import Path

from tests.cli.driving import CommandLine

FIELDS = {
    *("upload_id", "at", "by", "file", "kind", "source", "status"),
    *("rows_accepted", "rows_rejected", "from", "to"),
}


def tickets(sq: CommandLine, *days: str, name: str | None = None, start: int = 0) -> Path:
    rows = [
        {"id": n, "day": day, "group": "north", "via": "mail"} for n, day in enumerate(days, start)
    ]
    return sq.csv(rows, name)


WORDS = ["--kind", "tickets", "--source", "s", "--map", "ticket_id=id", "--map", "created_at=day"]


def test_no_uploads_yet(sq: CommandLine) -> None:
    assert sq.uploads() == []


def test_uploads_are_listed_oldest_first(sq: CommandLine) -> None:
    sq.load(tickets(sq, "2024-03-01", "2024-03-09", "soon", name="march.csv"), *WORDS)
    sq.load(tickets(sq, "2024-01-05", name="january.csv", start=10), *WORDS)
    march, january = sq.uploads()
    assert set(march) >= FIELDS
    assert "march.csv" in march["file"]
    assert "january.csv" in january["file"]
    assert (march["kind"], march["source"]) == ("tickets", "s")
    assert (march["rows_accepted"], march["rows_rejected"]) == (2, 1)
    assert (march["from"][:10], march["to"][:10]) == ("2024-03-01", "2024-03-09")
    assert march["upload_id"] != january["upload_id"]
    assert march["at"] <= january["at"]


def test_a_person_can_read_the_list(sq: CommandLine) -> None:
    sq.load(tickets(sq, "2024-03-01", name="march.csv"), *WORDS)
    ran = sq.run("uploads")
    assert ran.code == 0
    assert "march.csv" in ran.out


def test_the_same_bytes_change_nothing(sq: CommandLine) -> None:
    first = sq.load(tickets(sq, "2024-03-01"), *WORDS)
    again = sq.load(tickets(sq, "2024-03-01", name="another name.csv"), *WORDS)
    assert (first["status"], again["status"]) == ("published", "unchanged")
    assert len(sq.uploads()) == 1
    assert sq.one("ticket_volume") == {"value": 1}


def test_the_same_bytes_of_another_source_are_published(sq: CommandLine) -> None:
    path = tickets(sq, "2024-03-01")
    sq.load(path, *WORDS)
    assert sq.load(path, *WORDS, "--source", "t")["status"] == "published"
    assert sq.one("ticket_volume") == {"value": 2}


def test_the_same_bytes_with_another_mapping_supersede(sq: CommandLine) -> None:
    path = tickets(sq, "2024-03-01", "2024-03-02")
    sq.load(path, *WORDS, "--map", "team=via")
    assert sq.by("ticket_volume", "team") == {"mail": 2}
    assert sq.load(path, *WORDS, "--map", "team=group")["status"] == "published"
    assert sq.by("ticket_volume", "team") == {"north": 2}
    old, new = sq.uploads()
    assert old["status"] != new["status"]


def test_a_superseded_mapping_leaves_nothing_behind(sq: CommandLine) -> None:
    path = tickets(sq, "2024-03-01", "2024-03-02")
    sq.load(path, *WORDS, "--map", "team=via")
    sq.load(path, *WORDS, "--map", "channel=via", "--map", "team=")
    assert sq.kpi("ticket_volume", "--by", "team", "--by", "channel") == [
        {"team": None, "channel": "mail", "value": 2}
    ]


def test_withdraw_takes_the_latest_back(sq: CommandLine) -> None:
    sq.load(tickets(sq, "2024-03-01", "2024-03-02"), *WORDS)
    before = sq.kpi("ticket_volume", "--by", "month")
    second = sq.load(tickets(sq, "2024-04-01", "2024-04-02", start=10), *WORDS)
    active = sq.uploads()[1]["status"]
    ran = sq.run("withdraw", second["upload_id"])
    assert ran.code == 0, ran.err
    assert sq.kpi("ticket_volume", "--by", "month") == before
    assert [u["status"] for u in sq.uploads()].count(active) == 1


def test_withdraw_restores_what_was_overwritten(sq: CommandLine) -> None:
    sq.load(tickets(sq, "2024-03-01"), *WORDS, "--map", "team=group")
    rows = [{"id": 0, "day": "2024-03-01", "group": "south"}]
    second = sq.load(sq.csv(rows), *WORDS, "--map", "team=group")
    assert sq.by("ticket_volume", "team") == {"south": 1}
    assert sq.run("withdraw", second["upload_id"]).code == 0
    assert sq.by("ticket_volume", "team") == {"north": 1}


def test_withdraw_restores_what_was_replaced(sq: CommandLine) -> None:
    def mails(last: int, replied: str) -> list[dict[str, object]]:
        return [{"received_at": f"2024-01-{n:02d}", "replied": replied} for n in range(1, last)]

    sq.load_rows("emails", mails(5, "yes"))
    second = sq.load_rows("emails", mails(9, "no"))
    assert (sq.one("reply_rate")["numerator"], sq.one("reply_rate")["n"]) == (0, 8)
    assert sq.run("withdraw", second["upload_id"]).code == 0
    assert (sq.one("reply_rate")["numerator"], sq.one("reply_rate")["n"]) == (4, 4)


def test_a_withdrawn_file_can_be_loaded_again(sq: CommandLine) -> None:
    path = tickets(sq, "2024-03-01")
    first = sq.load(path, *WORDS)
    assert sq.run("withdraw", first["upload_id"]).code == 0
    assert sq.kpi("ticket_volume") == []
    assert sq.load(path, *WORDS)["status"] == "published"
    assert sq.one("ticket_volume") == {"value": 1}


def test_an_upload_that_does_not_exist_cannot_be_withdrawn(sq: CommandLine) -> None:
    sq.load(tickets(sq, "2024-03-01"), *WORDS)
    ran = sq.run("withdraw", "no-such-upload")
    assert ran.code in (1, 2)
    assert ran.err
    assert sq.one("ticket_volume") == {"value": 1}


def test_an_earlier_version_is_answered_as_it_was(sq: CommandLine) -> None:
    for month in (3, 4):
        sq.load_rows("tickets", [{"ticket_id": month, "created_at": f"2024-0{month}-01"}])
    first, second = (row["version"] for row in sq.uploads())
    assert sq.one("ticket_volume", "--as-of", str(first))["value"] == 1
    assert sq.one("ticket_volume", "--as-of", str(second))["value"] == 2
    never = sq.run("kpi", "ticket_volume", "--as-of", "99")
    assert never.code == 2
    assert "no version 99" in never.err
