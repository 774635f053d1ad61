"""The log of who did what: lines are added, nobody else's file, and none can be made up."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from service_quality.base import audit, zone
from service_quality.uploads import publish, withdraw
from tests.factories import NOW, SETTINGS, Store

AT = NOW.replace(tzinfo=UTC)


def test_what_was_done_is_read_newest_first(tmp_path: Path) -> None:
    (tmp_path / zone.FILE_NAME).write_text("Asia/Tokyo")
    audit.write(tmp_path, AT, "ada@example.com", audit.SIGNED_IN)
    # A name cannot begin a line of its own.
    audit.write(tmp_path, AT, 'x"}\n{"by": "ada@example.com', audit.REFUSED)
    first, second = reversed(audit.read(tmp_path, 9))
    assert (first["by"], first["what"]) == ("ada@example.com", "signed in")
    assert first["at"].endswith("+09:00")
    assert second["by"] == 'x"}\n{"by": "ada@example.com'
    assert audit.read(tmp_path, 1) == [second]
    assert (tmp_path / audit.FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_a_line_that_was_cut_short_costs_no_other(tmp_path: Path) -> None:
    assert audit.read(tmp_path, 9) == []
    file = tmp_path / audit.FILE_NAME
    audit.write(tmp_path, AT, "ada", audit.SIGNED_IN)
    file.write_bytes(file.read_bytes() + b'{"at": "2026-0')
    assert [line["by"] for line in audit.read(tmp_path, 9)] == ["ada"]


def test_uploads_and_their_withdrawal_are_written_down_and_checks_are_not(tmp_path: Path) -> None:
    store = Store(tmp_path)
    rows = [{"ticket_id": "1", "created_at": "2025-01-03 10:00"}]
    assert store.try_load("tickets", rows, dry_run=True).status == "checked"
    upload_id = store.load("tickets", rows).upload_id
    assert upload_id
    withdraw.withdraw(store.warehouse, SETTINGS, upload_id, publish.Moment(NOW, "ada"))
    withdraw.put_back(store.warehouse, SETTINGS, upload_id, publish.Moment(NOW, "bob"))
    found = [(line["by"], line["what"], line["of"]) for line in audit.read(tmp_path, 9)]
    of = f"export.csv, tickets, {upload_id}"
    assert found == [("bob", "put back", of), ("ada", "withdrew", of), ("tester", "uploaded", of)]


def test_a_line_after_one_that_was_cut_short_begins_its_own(tmp_path: Path) -> None:
    for by in ("ann", "bo"):
        audit.write(tmp_path, AT, by, audit.UPLOADED, "a.csv")
    path = tmp_path / audit.FILE_NAME
    path.write_bytes(path.read_bytes()[:-20])
    audit.write(tmp_path, AT, "cy", audit.WITHDREW)
    assert [line["by"] for line in audit.read(tmp_path, 9)] == ["cy", "ann"]


def test_what_is_no_entry_is_left_out(tmp_path: Path) -> None:
    audit.write(tmp_path, AT, "ada", audit.SIGNED_IN)
    path = tmp_path / audit.FILE_NAME
    whole = path.read_text()
    damaged = ("12", '"text"', "[]", '{"by": "bo"}', whole.strip().replace('"at": "2', '"at": "x'))
    path.write_text("\n".join((*damaged, whole)))
    assert [line["by"] for line in audit.read(tmp_path, 9)] == ["ada"]
