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


def test_registers_are_written_as_the_forms_write_them(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    promised = ("--kpi", "first_reply_time", "--within", "4", "--from", "2024-01-01")
    run(capsys, "promise", "add", "We answer fast", *promised, "--where", "team=RWD")
    run(capsys, "promise", "end", "we-answer-fast", "--on", "2024-06-30")
    (promise,) = json.loads(run(capsys, "promise", "list", "--json"))
    assert (promise["promise"], promise["team"]) == ("we-answer-fast", "RWD")
    assert (promise["first_day"], promise["last_day"]) == ("2024-01-01", "2024-06-30")
    run(capsys, "event", "add", "New desk", "--on", "2024-03-02")
    assert json.loads(run(capsys, "event", "list", "--json"))[0]["text"] == "New desk"
    run(capsys, "entity", "set", "team=RX1", "--label", "Leeds trust")
    names = {row["value"]: row for row in json.loads(run(capsys, "entity", "list", "--json"))}
    assert (names["RX1"]["label"], names["RX1"]["in_group"]) == ("Leeds trust", "acute")
    assert main.main(["promise", "end", "nothing", "--on", "2024-06-30"]) == 2
    assert main.main(["entity", "set", "planet=Mars"]) == 2
    assert main.main(["event", "add", "x", "--on", "2024-03-02", "--dataset", "parties"]) == 1


def test_a_measure_of_totals_is_named_too_and_json_keeps_its_id(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "entity", "set", "kpi=Calls answered", "--label-fr", "Appels décrochés")
    run(capsys, "entity", "set", "kpi=totals_calls_answered", "--label", "Calls taken")
    (row,) = [
        row
        for row in json.loads(run(capsys, "entity", "list", "--json"))
        if row["dimension"] == "kpi"
    ]
    assert (row["value"], row["label"]) == ("calls_answered", "Calls taken")
    assert row["label_fr"] == "Appels décrochés"
    promised = ("--kpi", "totals_calls_answered", "--target", "0.9", "--from", "2024-01-01")
    run(capsys, "promise", "add", "We take your call", *promised)
    assert "Calls taken" in run(capsys, "promise", "list")
    (promise,) = json.loads(run(capsys, "promise", "list", "--json"))
    assert promise["kpi"] == "totals_calls_answered"


@pytest.mark.parametrize("flag", ["--group", "--same-as"])
def test_a_measure_has_no_group_and_no_other_spelling(
    folder: Path, capsys: pytest.CaptureFixture[str], flag: str
) -> None:
    assert main.main(["entity", "set", "kpi=calls_answered", flag, "phone"]) == 2
    assert "measures and sources have no groups" in capsys.readouterr().err
