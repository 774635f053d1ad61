"""The log of who did what: its lines are whole, whatever a crash left of the last one."""

from __future__ import annotations

from pathlib import Path

from service_quality.base import audit


def test_a_line_that_was_cut_short_costs_no_other(tmp_path: Path) -> None:
    for by in ("ann", "bo"):
        audit.write(tmp_path, by, audit.UPLOADED, "a.csv")
    path = tmp_path / audit.FILE_NAME
    path.write_bytes(path.read_bytes()[:-20])
    audit.write(tmp_path, "cy", audit.WITHDREW)
    assert [line["by"] for line in audit.read(tmp_path, 9)] == ["cy", "ann"]
    assert path.stat().st_mode & 0o777 == 0o600
