"""What a file is taken for, and why: by its headers, by a person's words, by its content."""

from __future__ import annotations

from pathlib import Path

import pytest

from service_quality.base.errors import RefusedError, UsageError
from service_quality.ingest.prepare import understand
from service_quality.ingest.read.table import Table, open_table
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ingest.recognise.recognition import normal, recognise

ZENDESK = (
    "Summation column,Id,Requester,Requester id,Requester email,Submitter,Assignee,Group,Subject,"
    "Tags,Status,Priority,Via,Ticket type,Created at,Updated at,Assigned at,Organization,Due date,"
    "Initially assigned at,Solved at,Resolution time,Satisfaction Score,Reopens,Replies"
)
FRESHDESK = (
    "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Group,Created Time,Due by Time,"
    "Resolved time,Closed Time,Last updated time,Initial response time,Agent interactions"
)
JIRA = "Summary,Issue key,Issue id,Issue Type,Status,Priority,Created,Updated,Resolved"
SERVICENOW = "number,incident_state,reopen_count,opened_at,sys_updated_at,resolved_at"


def table(headers: str, *rows: str) -> Table:
    sample = tuple(tuple(cell or None for cell in row.split(",")) for row in rows)
    return Table(Path("x.csv"), "x.csv", "csv", tuple(headers.split(",")), sample)


@pytest.mark.parametrize(
    ("headers", "kind", "some"),
    [
        (
            ZENDESK,
            "tickets",
            {"ticket_id": "Id", "created_at": "Created at", "updated_at": "Updated at"}
            | {"solved_at": "Solved at", "due_at": "Due date", "team": "Group", "channel": "Via"}
            | {"agent_replies": "Replies", "reopens": "Reopens", "topic": "Ticket type"},
        ),
        (
            FRESHDESK,
            "tickets",
            {"ticket_id": "Ticket ID", "created_at": "Created Time", "solved_at": "Resolved time"}
            | {"updated_at": "Last updated time", "due_at": "Due by Time"},
        ),
        (JIRA, "tickets", {"ticket_id": "Issue key", "solved_at": "Resolved"}),
        (SERVICENOW, "tickets", {"ticket_id": "number", "created_at": "opened_at"}),
        ("message id,received,replied at,brand", "emails", {"replied_at": "replied at"}),
        ("ResponseId,RecordedDate,csat", "surveys", {"answered_at": "RecordedDate"}),
        ("Horodateur,satisfaction", "surveys", {"answered_at": "Horodateur"}),
        ("month,kpi,due,kept", "totals", {"month": "month"}),
        ("publisher,year,brand,rank", "rankings", {"rank": "rank"}),
        ("Éditeur,Année,Marque,Rang", "rankings", {"publisher": "Éditeur", "year": "Année"}),
    ],
)
def test_a_file_is_recognised_by_its_headers(headers: str, kind: str, some: dict[str, str]) -> None:
    found = recognise(table(headers), None, {}, {})
    assert found.dataset.kind == kind
    assert some.items() <= found.mapping.items()
    assert found.missing == ()
    assert len(found.why) == len(found.mapping)


def test_one_header_is_one_column() -> None:
    found = recognise(table("id,created,updated,status"), "tickets", {}, {})
    assert len(set(found.mapping.values())) == len(found.mapping) == 4


def test_a_person_is_believed_before_the_names() -> None:
    headers = table("id,created at,opened,colour")
    mapping = {"created_at": "opened", "status": ""}
    found = recognise(headers, None, mapping, {"team": "Nord"})
    assert found.mapping == {"created_at": "opened", "ticket_id": "id"}
    assert any("as you said" in reason for reason in found.why)


def test_a_constant_stands_for_a_column() -> None:
    assert recognise(table("score,brand"), "rankings", {}, {}).missing == (
        ("publisher",),
        ("year",),
    )
    constants = {"publisher": "P", "year": "2024"}
    assert recognise(table("score,brand"), "rankings", {}, constants).missing == ()


def test_what_is_missing_is_guessed_by_content() -> None:
    found = recognise(table("ref,when,note", "1,2024-03-01,a", "2,2024-03-02,b"), "tickets", {}, {})
    assert found.missing == (("ticket_id",), ("created_at",))
    guessed = {name: [g.header for g in guesses] for name, guesses in found.guesses.items()}
    assert guessed == {"ticket_id": ["ref"], "created_at": ["when"]}


def test_one_of_several_columns_is_enough() -> None:
    assert recognise(table("invited at,csat"), "surveys", {}, {}).missing == ()
    missing = recognise(table("csat"), "surveys", {}, {}).missing
    assert missing == (("answered_at", "invited_at"),)


def test_a_file_that_lacks_what_it_needs_is_refused_with_the_way_out() -> None:
    with pytest.raises(RefusedError) as caught:
        understand(table("ref,created"), Instructions(kind="tickets"))
    said = str(caught.value)
    for part in ("x.csv", "ticket_id", "ticket number", "ref, created", "--map ticket_id=HEADER"):
        assert part in said


def test_words_about_unknown_columns_are_named() -> None:
    with pytest.raises(UsageError, match=r"tickets have no column nps"):
        understand(table("id,created"), Instructions(kind="tickets", mapping={"nps": "id"}))
    with pytest.raises(UsageError, match=r"column planet; known columns: .*created_at"):
        understand(table("id,created"), Instructions(constants={"planet": "Mars"}))


def test_headers_are_compared_without_case_accents_and_signs() -> None:
    assert normal("\ufeffCréé_à :") == normal("CREE A") == "cree a"
    assert normal("--") == ""


@pytest.mark.parametrize("waits", [("2,5", "3"), ("0:45", "12:30:00")])
def test_what_is_called_a_time_and_holds_durations_is_not_taken_for_one(
    tmp_path: Path, waits: tuple[str, str]
) -> None:
    rows = "".join(f"{n};{n + 1:02d}/03/2025 09:15;{wait}\n" for n, wait in enumerate(waits))
    path = tmp_path / "t.csv"
    path.write_text("N° ticket;Créé le;Première réponse\n" + rows, encoding="utf-8")
    found = recognise(open_table(path), None, {}, {}).mapping
    assert found == {"ticket_id": "N° ticket", "created_at": "Créé le"}
