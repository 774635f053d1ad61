"""What people answered: how sure a figure is, who would come again, and the zone of tolerance.

The charts mark the same points and shares that the sentences name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.language import _, ngettext
from service_quality.findings.certainty import between
from service_quality.findings.comparisons import written
from service_quality.findings.verdict import Verdict
from service_quality.measures.intervals import HIDDEN_UNDER, indicative
from service_quality.methods import rates

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Return:
    """Who would buy again: those at the best point of a scale, and those at the next one.

    Both are rows of `Answers.would_return_by_point`; `apart` is whether chance alone would
    make them differ so much in fewer than 5 of 100 cases, by the test `method`; of `few` answers
    nothing is said.
    """

    best: Row
    merely: Row
    apart: bool
    p: float
    few: bool
    method: str


@dataclass(frozen=True)
class Zone:
    """The shares of a period below the minimum, in the zone of tolerance, above the desired.

    Rows of `Answers.kpi`, each with a value.
    """

    below: Row
    inside: Row
    above: Row


def sureness(row: Row) -> str:
    """Return what a figure's n means for it: indicative, hidden, or nothing to say."""
    if row.get("suppressed"):
        return _("hidden: fewer than {n} answers").format(n=HIDDEN_UNDER)
    return _("indicative") if row.get("indicative") else ""


def from_to(scale: str) -> str:
    """Return a scale such as `1-5` in words: `1 to 5`."""
    low, dash, high = scale.rpartition("-")
    return _("{low} to {high}").format(low=low, high=high) if dash and low else scale


def counted(n: int, *, hidden: bool = False) -> str:
    """Return `n = 12 · indicative`: how many a figure counts, and what that means for it."""
    row = {"indicative": indicative(n), "suppressed": hidden}
    words = (_("n = {n}").format(n=language.number(n)), sureness(row))
    return " · ".join(word for word in words if word)


def answered(response: Row | None, *, short: bool = False) -> str:
    """Return how many of the invited answered, for beside a figure; unknown is nothing."""
    if response is None or response.get("value") is None:
        return ""
    text = _("{share} answered") if short else _("{share} of the invited answered")
    return text.format(share=language.rate(response["value"]))


def survey_scope(when: str, answered: str) -> str:
    """Return the line below the finding: which period, and how many of the invited answered."""
    both = _("{when}; {answered}").format(when=when, answered=answered)
    sentence = both if when and answered else when or answered
    return f"{sentence[:1].upper()}{sentence[1:]}." if sentence else ""


def rests_on(kpi: Kpi, row: Row) -> str:
    """Return what a figure rests on: interval, n, how sure it is, who answered."""
    parts = [
        between(kpi, row) if row.get("low") is not None else "",
        "" if row.get("n") is None else _("n = {n}").format(n=language.number(row["n"])),
        sureness(row),
        answered({"value": row.get("response")}),
    ]
    return " · ".join(part for part in parts if part)


def hidden_groups(rows: Sequence[Row]) -> str:
    """Return how many groups show no figure because too few answered; none needs no line."""
    hidden = sum(bool(row.get("suppressed")) for row in rows)
    if not hidden:
        return ""
    text = ngettext(
        "{n} figure is hidden: fewer than {least} answers.",
        "{n} figures are hidden: fewer than {least} answers each.",
        hidden,
    )
    return text.format(n=language.number(hidden), least=HIDDEN_UNDER)


def would_return(rows: Sequence[Row]) -> Return | None:
    """Return the best point of a scale against the next; None where one has too few answers.

    `rows` are those of one scale, the worst point first.
    """
    if len(rows) < 2 or any(row["value"] is None for row in rows[-2:]):
        return None
    merely, best = rows[-2:]
    found = rates.change(merely["numerator"], merely["n"], best["numerator"], best["n"])
    if found is None or found.p is None:
        return None
    few = any(indicative(row["n"]) for row in (merely, best))
    apart = bool(found.changed) and best["value"] > merely["value"] and not few
    return Return(best, merely, apart, found.p, few, found.method or "newcombe")


def returning(found: Return | None, scale: str) -> str:
    """Return the title on who would buy again, by what they answered on satisfaction."""
    if found is None:
        return _("Would buy again, by satisfaction, {scale}").format(scale=from_to(scale))
    if found.apart:
        text = _(
            "Merely satisfied is not loyal: of those who gave {merely}, {some} would buy again,"
            " of those who gave {best}, {most}"
        )
    elif found.few:
        text = _(
            "Of those who gave {merely}, {some} would buy again, of those who gave {best}, {most}:"
            " few answers, indicative"
        )
    else:
        text = _(
            "Of those who gave {merely}, {some} would buy again, of those who gave {best}, {most}:"
            " that can be chance"
        )
    return text.format(
        merely=language.number(found.merely["point"]),
        best=language.number(found.best["point"]),
        some=language.rate(found.merely["value"]),
        most=language.rate(found.best["value"]),
    )


def of_return(found: Return | None, scale: str) -> Verdict | None:
    """Return how the two best points were told apart; None without them."""
    if found is None:
        return None
    numbers = []
    for row in (found.merely, found.best):
        gave = _("gave {point} ({scale})").format(
            point=language.number(row["point"]), scale=from_to(scale)
        )
        text = _("{some} of {n} would buy again")
        shown = text.format(some=language.number(row["numerator"]), n=language.number(row["n"]))
        numbers.append((gave, shown))
    numbers.append((_("chance alone would differ as much in"), language.rate(found.p)))
    open_ = _("An intention is not behaviour: it does not say who did buy again.")
    return Verdict(returning(found, scale), found.method, tuple(numbers), open_)


def zone(below: Row | None, inside: Row | None, above: Row | None) -> Zone | None:
    """Return the shares of a period around the zone of tolerance; None where one is not known."""
    rows = (below, inside, above)
    if any(row is None or row.get("value") is None for row in rows):
        return None
    return Zone(*(row for row in rows if row is not None))


def tolerance(found: Zone | None) -> str:
    """Return the title on expectations: who got less than they would just accept."""
    if found is None:
        return _("What customers got, against what they expect")
    text = _(
        "{below} got less than they would just accept, {inside} what they accept,"
        " {above} more than they wish"
    )
    return text.format(
        below=language.rate(found.below["value"]),
        inside=language.rate(found.inside["value"]),
        above=language.rate(found.above["value"]),
    )


def of_zone(kpi: Kpi, found: Zone | None) -> Verdict | None:
    """Return how expectations were judged; `kpi` is the share in the zone."""
    if found is None:
        return None
    named = (
        (_("below the minimum"), found.below),
        (_("in the zone of tolerance"), found.inside),
        (_("above the desired"), found.above),
    )
    numbers = [(name, f"{written(kpi, row['value'])} ({between(kpi, row)})") for name, row in named]
    numbers.append((_("answers"), language.number(found.inside["n"])))
    return Verdict(tolerance(found), "expectations", tuple(numbers))


def gaps(minimum: Row | None, desired: Row | None, kpi: Kpi) -> str:
    """Return the title on both gaps: how far above the minimum, how far below the wish."""
    above = None if minimum is None else minimum.get("value")
    wished = None if desired is None else desired.get("value")
    if above is None:
        return _("Perceived, against the minimum and the desired")
    points = ngettext("{n} point", "{n} points", language.grammatical(above, kpi.decimals))
    words = {
        "above": points.format(n=written(kpi, abs(above))),
        "wished": written(kpi, abs(wished or 0.0)),
    }
    if above >= 0 and (wished is None or wished >= 0):
        text = _("On average {above} above the minimum, and no less than they wish")
        text = text if wished is not None else _("On average {above} above the minimum")
    elif above >= 0:
        text = _("On average {above} above the minimum, {wished} below what they wish")
    else:
        text = _("On average {above} below the minimum")
    return text.format(**words)
