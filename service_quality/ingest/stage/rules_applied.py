"""Says what the rules on statuses and invitations did with the rows of a file, in counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from service_quality.base import language, voice
from service_quality.base.language import N_, _
from service_quality.base.settings import Settings
from service_quality.definitions import statuses
from service_quality.ingest.stage.issues import Issue
from service_quality.ingest.stage.staged import Staged
from service_quality.warehouse.engine import Cursor
from service_quality.warehouse.schema import record

MOST_WORDS = 12  # in one sentence
GOOD = "not in (select record from faults)"  # the record of a row that is not set aside
# Rule: which rows, by the meaning of their status and whether they have a closing time where that
# matters, and what became of them.
SENTENCES = {
    "no_contact": (
        ("no_contact", None),
        N_("{n} row is a merged, duplicate, spam, deleted or test ticket: it counts nowhere."),
        N_("{n} rows are merged, duplicate, spam, deleted or test tickets: they count nowhere."),
    ),
    "ended_without_solution": (
        ("ended", None),
        N_("{n} ticket was cancelled or rejected: received, and in no resolution time."),
        N_("{n} tickets were cancelled or rejected: received, and in no resolution time."),
    ),
    "open_with_closing_time": (
        ("open", True),
        N_("{n} ticket is open by its status: the closing time that it carries does not count."),
        N_("{n} tickets are open by their status: the closing times they carry do not count."),
    ),
    "solved_time_unknown": (
        ("solved", False),
        N_("{n} ticket is solved without a time: it is in no resolution time and no backlog."),
        N_("{n} tickets are solved without a time: they are in no resolution time and no backlog."),
    ),
}


def issues(cursor: Cursor, staged: Staged, settings: Settings) -> tuple[Issue, ...]:
    """Return a notice for each rule that concerned any row that is not set aside."""
    mapped = set(staged.plan.mapped)
    if staged.plan.dataset.kind == "surveys" and {"invited_at", "answered_at"} <= mapped:
        return _invited(cursor, mapped)
    if not _has_statuses(staged):
        return ()
    counted = _counted(cursor, "solved_at is not null" if "solved_at" in mapped else "null")
    meanings = statuses.meanings(settings)
    return (*_by_meaning(counted, meanings), *_unknown(_not_in(meanings, counted)))


def unknown_statuses(cursor: Cursor, staged: Staged, settings: Settings) -> dict[str, int]:
    """Return the statuses that no list knows, the most frequent first, each with its rows."""
    counted = _counted(cursor, "null") if _has_statuses(staged) else {}
    return _not_in(statuses.meanings(settings), counted)


def _counted(cursor: Cursor, closed: str) -> dict[tuple[str, bool | None], int]:
    """Return how many rows have a status, and a closing time or none as this SQL tells."""
    found = cursor.execute(
        f"select status, {closed}, count(*) from staged where status is not null and {record()}"
        f" {GOOD} group by all"
    ).fetchall()
    return {(status, is_closed): n for status, is_closed, n in found}


def _not_in(
    known: Mapping[str, str], counted: Mapping[tuple[str, bool | None], int]
) -> dict[str, int]:
    unknown: Counter[str] = Counter()
    for (status, _closed), n in counted.items():
        if statuses.meaning(status, known) is None:
            unknown[status] += n
    return dict(sorted(unknown.items(), key=lambda each: (-each[1], each[0])))


def _has_statuses(staged: Staged) -> bool:
    return staged.plan.dataset.kind == "tickets" and "status" in staged.plan.mapped


def _by_meaning(
    counted: Mapping[tuple[str, bool | None], int], meanings: Mapping[str, str]
) -> list[Issue]:
    issues = []
    for rule, ((meaning, closed), one, many) in SENTENCES.items():
        n = sum(
            rows
            for (status, is_closed), rows in counted.items()
            if statuses.meaning(status, meanings) == meaning and closed in (None, is_closed)
        )
        if n:
            sentence = _(many if n > 1 else one).format(n=language.number(n))
            issues.append(_notice("status", rule, n, sentence))
    return issues


def _unknown(unknown: Mapping[str, int]) -> list[Issue]:
    if not unknown:
        return []
    named = ", ".join(
        f"{language.quoted(status)} ({language.number(n)})"
        for status, n in [*unknown.items()][:MOST_WORDS]
    )
    text = _("Statuses that are not known, so that the times alone decide: {statuses}.")
    words = _(
        "Say on the page Data, or in settings.toml under [status_words], what each means: open,"
        " solved, ended or no_contact."
    )
    more = ", …" if len(unknown) > MOST_WORDS else ""
    rows = sum(unknown.values())
    return [
        _notice(
            "status",
            "unknown_status",
            rows,
            text.format(statuses=named + more) + voice.typed(words),
        )
    ]


def _invited(cursor: Cursor, mapped: set[str]) -> tuple[Issue, ...]:
    persons = "count(distinct contact_id)" if "contact_id" in mapped else "0"
    invited, people = cursor.execute(
        f"select count(*), {persons} from staged where invited_at is not null and {record()} {GOOD}"
    ).fetchall()[0]
    text = _("The response rate is by invitation: no column says which person was invited.")
    if people:
        text = _("The response rate is by person: {persons} persons, {invitations} invitations.")
    sentence = text.format(persons=language.number(people), invitations=language.number(invited))
    return (_notice("contact_id", "invited", invited, sentence),) if invited else ()


def _notice(column: str, rule: str, rows: int, sentence: str) -> Issue:
    return Issue(column, rule, rows, (), sentence, rejects=False)
