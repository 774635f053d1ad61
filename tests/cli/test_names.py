"""Names on the command line: tables show labels, JSON keeps values, groups narrow and cut."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service_quality.cli import main
from tests.factories import Store, write_csv

NAMES = [
    {"dimension": "team", "value": "RWD", "label": "Lincoln trust", "group": "acute"},
    {"dimension": "team", "value": "RX1", "label": "", "group": "acute"},
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SERVICE_QUALITY_DATA", str(tmp_path / "data"))
    teams = ["RWD", "RWD", "RX1", "RQ8"]
    tickets = [
        {"ticket_id": n, "created_at": f"2024-03-0{n} 10:00", "team": team}
        for n, team in enumerate(teams, 1)
    ]
    store = Store(tmp_path / "data")
    store.load("tickets", tickets)
    store.warehouse.close()
    names = write_csv(tmp_path / "names.csv", NAMES)
    assert main.main(["load", str(names)]) == 0
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert main.main(list(arguments)) == 0
    return capsys.readouterr().out


def test_tables_show_labels_and_json_values(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    question = ("kpi", "ticket_volume", "--by", "team")
    assert "Lincoln trust" in run(capsys, *question)
    rows = json.loads(run(capsys, *question, "--json"))["rows"]
    assert {row["team"]: row["value"] for row in rows} == {"RQ8": 1, "RWD": 2, "RX1": 1}


def test_groups_cut_and_narrow(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "kpi", "ticket_volume", "--by", "team_group", "--json")
    rows = json.loads(out)["rows"]
    assert [(row["team_group"], row["value"]) for row in rows] == [("acute", 3), (None, 1)]
    narrow = ("--where", "team_group=acute", "--json")
    (row,) = json.loads(run(capsys, "kpi", "ticket_volume", *narrow))["rows"]
    assert row["value"] == 3
