"""How long customers wait, those without an answer included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.language import _
from service_quality.findings.certainty import between, reached
from service_quality.findings.verdict import Verdict
from service_quality.measures.intervals import indicative

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi

Row = Mapping[str, Any]
DAY = 1440
WAITS = ("reply_time", "first_reply_time", "full_resolution_time")
# Its waits end with the solution, not with an answer.
SOLVED = "full_resolution_time"


def never(row: Row) -> float | None:
    """Return the share without an answer so far."""
    n = row.get("n") or 0
    return (n - (row.get("answered") or 0)) / n if n else None


def replies(kpi: Kpi, row: Row) -> str:
    """Return the sentence on the waits: half, nine in ten, and those without an answer."""
    median, p90, all_are = row.get("median"), row.get("p90"), never(row) == 0
    if kpi.id == SOLVED:
        if median is None:
            text = _("Fewer than half of the tickets are solved: {never} are still open.")
        elif p90 is None:
            text = _("Half are solved within {half}; {never} are not solved at all.")
        elif all_are:
            text = _("Half are solved within {half}, nine in ten within {most}; all are by now.")
        else:
            text = _("Half are solved within {half}, nine in ten within {most}; {never} are not.")
    elif median is None:
        text = _("Fewer than half of the customers have an answer: {never} are still waiting.")
    elif p90 is None:
        text = _("Half are answered within {half}; {never} have no answer at all.")
    elif all_are:
        text = _("Half are answered within {half}, nine in ten within {most}; all have an answer.")
    else:
        text = _("Half are answered within {half}, nine in ten within {most}; {never} have none.")
    return text.format(
        half=language.duration(median), most=language.duration(p90), never=language.rate(never(row))
    )


def replies_scope(kpi: Kpi, row: Row, period: str) -> str:
    """Return which measure, period and how many customers a sentence is about."""
    text = _("{kpi}, {period}, n = {n}, the unanswered included.")
    if kpi.id == SOLVED:
        text = _("{kpi}, {period}, n = {n}, the unsolved included.")
    if indicative(row.get("n")):
        text = _("{kpi}, {period}, n = {n}, all of them included: indicative.")
    return text.format(kpi=kpi.title, period=period, n=language.number(row.get("n")))


def waits(kpi: Kpi, row: Row, before: Row | None) -> list[tuple[str, str, str]]:
    """Return the three numbers: label, value, and the value of a year before in words."""
    old = before or {}
    labels = (
        _("Half are answered within"),
        _("Nine in ten are answered within"),
        _("Without an answer"),
    )
    if kpi.id == SOLVED:
        labels = (_("Half are solved within"), _("Nine in ten are solved within"), _("Not solved"))
    rows = [
        (labels[0], reached(row.get("median")), reached(old.get("median"))),
        (labels[1], reached(row.get("p90")), reached(old.get("p90"))),
        (labels[2], language.rate(never(row)), language.rate(never(old))),
    ]
    words = _("{value} a year before") if old.get("n") else ""
    return [(label, value, words.format(value=was)) for label, value, was in rows]


def ladder(kpi: Kpi, row: Row) -> str:
    """Return the title of the ladder: the share that had its answer within a day."""
    share = row["within"].get(DAY)
    if share is None:
        return _("Answered within …, of all who wrote")
    text = _("{share} of all who wrote had an answer within 24 h")
    if kpi.id == SOLVED:
        text = _("{share} of all tickets were solved within 24 h")
    return text.format(share=language.rate(share))


def ladder_rows(kpi: Kpi, row: Row, before: Row | None) -> list[dict[str, Any]]:
    """Return the ladder's table: step, share now and a year before."""
    old = (before or {}).get("within") or {}
    rows: list[dict[str, Any]] = [
        {"step": step_name(minutes), "share": share, "before": old.get(minutes)}
        for minutes, share in sorted(row["within"].items())
    ]
    last = {"step": still(kpi), "share": never(row), "before": never(before or {})}
    return [*rows, last]


def still(kpi: Kpi) -> str:
    """Return what the last step of the ladder is called: of those whose wait has not ended."""
    return _("not solved yet") if kpi.id == SOLVED else _("no answer yet")


def step_name(minutes: int) -> str:
    """Return a step in the words of the ladder: `within 1 h`, `within 48 h`, `within 7 d`."""
    hours = minutes // 60
    unit, count = (_("h"), hours) if hours <= 48 else (_("d"), hours // 24)
    return _("within {time}").format(time=f"{count}{language.SPACE}{unit}")


def of_waits(kpi: Kpi, row: Row) -> Verdict:
    """Return how the waits of a row of `Answers.kpi` are judged."""
    n, answered = row["n"], row.get("answered") or 0
    numbers = [
        (_("Customers who wrote"), language.number(n)),
        (_("answered by the end of the data"), language.number(answered)),
        (_("still waiting then, counted as waiting"), language.number(n - answered)),
        (_("share without an answer"), language.rate(never(row))),
        (_("half are answered within"), reached(row.get("median"))),
        (_("nine in ten are answered within"), reached(row.get("p90"))),
    ]
    if row.get("low") is not None:
        numbers.insert(5, (_("95% interval of the half"), between(kpi, row)))
    return Verdict(replies(kpi, row), "kaplan_meier", tuple(numbers))
