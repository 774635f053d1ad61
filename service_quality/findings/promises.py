"""Promises in the customer's words: kept or not, and the sentence the page opens with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.dimensions import EVERY
from service_quality.base.language import N_, _, ngettext
from service_quality.findings.names import shown
from service_quality.findings.signals import rule
from service_quality.findings.verdict import Verdict
from service_quality.findings.weakest import WeakLink, measure, quoted
from service_quality.measures.intervals import INDICATIVE_UNDER

if TYPE_CHECKING:
    from service_quality.measures.trends import Trend

Row = Mapping[str, Any]
SEVERAL = N_("{label}: {names}")
MARKS = {"kept": "✓", "not_kept": "✕", "close": "≈", "few": "≈"}


@dataclass(frozen=True)
class Kept:
    """One promise over a period: its words, whom it binds, and how it was kept.

    `verdict` is kept, not_kept, close (the interval holds the target), few (fewer than 30 were
    due), no_target, nothing_due, or why nothing measures it: unknown, no_rows.
    `target`, `value`, `low` and `high` are 0–1. `target` is None where none is stated, or where
    it differs between those it binds.
    """

    promise: str
    words: str
    binds: str
    measured_by: str
    target: float | None
    since: date
    until: date | None
    value: float | None
    low: float | None
    high: float | None
    due: int
    kept: int
    verdict: str
    indicative: bool


def in_words(row: Row) -> str:
    """Return a promise as the reader's language says it, where it was given in that one too."""
    french = language.current_locale().startswith("fr") and row.get("statement_fr")
    return str(french or row["statement"])


def kept(
    row: Row, reasons: Mapping[str, str], labels: Mapping[str, str], titles: Mapping[str, str]
) -> Kept:
    """Return the verdict on a row of `Answers.promises`.

    `reasons` say of each promise that nothing measures why not; `labels` are those of the
    dimensions, `titles` those of the measures.
    """
    target = _target_now(row)
    if row["value"] is None:
        reason = reasons.get(row["promise"], "nothing_due")
        verdict = reason if reason in ("unknown", "no_rows") else "nothing_due"
    elif target is None:
        verdict = "no_target"
    else:
        verdict = _against(row, target)
    return Kept(
        row["promise"],
        in_words(row),
        _binds(row["versions"], labels),
        _measured_by(row, titles),
        target,
        row["first_day"],
        row["last_day"],
        row["value"],
        row["low"],
        row["high"],
        int(row["due"]),
        int(row["kept"]),
        verdict,
        bool(row["indicative"]),
    )


def _against(row: Row, target: float) -> str:
    """Return whether a share is kept or not, or too close to its target for so few cases.

    What was promised for every time is broken by one time, and kept by as many as there were.
    """
    if target >= 1 and row["value"] < 1:
        return "not_kept"
    low, high = row["low"], row["high"]
    if target < 1 and low is not None and high is not None and low <= target <= high:
        return "close"
    if row["indicative"]:
        return "few"
    return "kept" if row["value"] >= target else "not_kept"


def kept_mark(verdict: str) -> str:
    """Return the sign of a verdict; its word stands beside it."""
    return MARKS.get(verdict, "○")


def kept_word(verdict: str) -> str:
    """Return the verdict on a promise in a word or two."""
    words = {
        "kept": _("kept"),
        "not_kept": _("not kept"),
        "close": _("too close to say"),
        "few": _("too few to say"),
        "no_target": _("no single target to hold it to"),
        "nothing_due": _("nothing was due"),
        "unknown": _("not measured: its measure is not known here"),
        "no_rows": _("not measured: no file has what it needs"),
    }
    return words[verdict]


def kept_line(found: Kept) -> str:
    """Return what was kept, of how many and how sure: `82.9% kept (81.2% to 84.5%, n = …)`."""
    if found.value is None:
        return ""
    words = {
        "value": language.rate(found.value),
        "low": language.rate(found.low),
        "high": language.rate(found.high),
        "n": language.number(found.due),
    }
    if found.indicative:
        return _("{value} kept, plausibly {low} to {high} (n = {n}, indicative)").format(**words)
    return _("{value} kept, plausibly {low} to {high} (n = {n})").format(**words)


def target_line(found: Kept) -> str:
    """Return the target now, since when, and whether chance could decide against it."""
    if found.target is None:
        return ""
    words = {"target": language.rate(found.target, 0), "since": language.short_day(found.since)}
    if found.until is not None:
        words["until"] = language.short_day(found.until)
        return _("target {target} from {since} to {until}").format(**words)
    if found.verdict == "close":
        return _("target {target} since {since}, so close that chance may decide").format(**words)
    return _("target {target} since {since}").format(**words)


def promise_title(found: Kept, trend: Trend) -> str:
    """Return the title of a promise's months: how many of them reached what was promised."""
    judged = [m for m in trend.months if m.value is not None and m.target is not None]
    if not judged:
        return _("{promise} by month").format(promise=quoted(found.words))
    reached = sum((m.value or 0.0) >= (m.target or 0.0) for m in judged)
    text = ngettext(
        "{promise}: {reached} of {all} month reached the target of its time",
        "{promise}: {reached} of {all} months reached the target of their time",
        len(judged),
    )
    return text.format(promise=quoted(found.words), reached=reached, all=len(judged))


def month_rows(
    trend: Trend, shown: Sequence[str], events: Sequence[Row], counts: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Return the table of a promise's months, with what happened in them."""
    remarks: dict[str, list[str]] = {}
    for event in events:
        remarks.setdefault(f"{event['month']:%Y-%m}", []).append(event["text"])
    rows = []
    for month in trend.shown(shown):
        n = counts.get(month.month, 0)
        fired = _("signal: {rule}").format(rule=rule(month.rule)) if month.rule else ""
        remarks_and_rule = [*remarks.get(month.month, []), fired]
        remark = " · ".join(words for words in remarks_and_rule if words)
        few = month.value is not None and n < INDICATIVE_UNDER
        row = {"month": month.month, "value": month.value, "target": month.target, "n": n}
        rows.append({**row, "remark": remark, "few": few})
    return rows


def few_months(count: int) -> str:
    """Return the line on months of few cases; none needs no line."""
    if not count:
        return ""
    text = ngettext(
        "{n} month has fewer than 30 cases and is indicative.",
        "{n} months have fewer than 30 cases and are indicative.",
        count,
    )
    return text.format(n=language.number(count))


def promises(found: Sequence[Kept], links: Sequence[WeakLink], perfect: Row | None) -> str:
    """Return the sentence of the page: which promise is broken most, how many were perfect.

    `links` have the weakest first; `perfect` is the row of perfect contacts.
    """
    judged = [kept for kept in found if kept.value is not None]
    if not judged:
        return _("No promise can be judged in this selection: nothing was due.")
    if perfect is not None and perfect["value"] is not None and links:
        return _with_contacts(links, perfect)
    if all(kept.value == 1 for kept in judged):
        return _("Every promise was kept each time it was due.")
    # One of few cases opens the page only where there are no others.
    enough = [kept for kept in judged if not kept.indicative] or judged
    worst = min(enough, key=lambda kept: (kept.value or 0.0, kept.promise))
    alike = [kept for kept in enough if language.rate(kept.value) == language.rate(worst.value)]
    text = _("{promise} is kept least: {value} of the times it was due.")
    if len(alike) > 1:
        text = _("{count} promises are kept least, each {value} of the times it was due.")
    elif len(judged) == 1:
        text = _("{promise} was kept {value} of the times it was due.")
    if worst.indicative and len(alike) > 1:
        text = _("{count} promises are kept least, {value} of the few times due: indicative.")
    elif worst.indicative:
        text = _("{promise}: kept {value} of only {n} times it was due, indicative.")
    words = {"value": language.rate(worst.value), "n": language.number(worst.due)}
    return text.format(promise=quoted(worst.words), count=language.number(len(alike)), **words)


def _with_contacts(links: Sequence[WeakLink], perfect: Row) -> str:
    link = links[0]
    alike = sum(language.rate(k.share, 0) == language.rate(link.share, 0) for k in links)
    words = {
        "count": language.number(alike),
        "promise": quoted(link.words),
        "share": language.rate(link.share, 0),
        "perfect": language.rate(perfect["value"]),
        "n": language.number(perfect["n"]),
    }
    if perfect["indicative"]:
        text = _("{perfect} of only {n} contacts were perfect: no more than indicative.")
    elif alike > 1:
        text = _(
            "{count} promises break most, each {share} of the failures; {perfect} of contacts were"
            " perfect."
        )
    elif link.share == 1:
        text = _("{promise} explains every failure; {perfect} of contacts were perfect.")
    else:
        text = _(
            "{promise} alone explains {share} of the failures; {perfect} of contacts were perfect."
        )
    return text.format(**words)


def promises_counted(found: Sequence[Kept]) -> str:
    """Return the line that counts the promises by their verdicts."""
    verdicts = [kept.verdict for kept in found]
    ours = {name: verdicts.count(name) for name in ("kept", "not_kept", "close", "few")}
    close, left = ours["close"] + ours["few"], len(found) - sum(ours.values())
    counted = (
        (ours["kept"], ngettext("{n} kept", "{n} kept", ours["kept"])),
        (ours["not_kept"], ngettext("{n} not kept", "{n} not kept", ours["not_kept"])),
        (
            close,
            ngettext("{n} too close or too few to say", "{n} too close or too few to say", close),
        ),
        (left, ngettext("{n} not to be judged", "{n} not to be judged", left)),
    )
    said = ", ".join(text.format(n=language.number(n)) for n, text in counted if n)
    text = ngettext("{all} promise: {said}.", "{all} promises: {said}.", len(found))
    return text.format(all=language.number(len(found)), said=said)


def of_kept(found: Kept) -> Verdict | None:
    """Return how a promise's share is judged; None where nothing was due."""
    if found.value is None or found.low is None:
        return None
    text = _("{promise}: {word}.")
    sentence = text.format(promise=quoted(found.words), word=kept_word(found.verdict))
    numbers = [
        (_("times it was due"), language.number(found.due)),
        (_("times it was kept"), language.number(found.kept)),
        (_("share kept"), language.rate(found.value)),
        (_("95% interval"), f"{language.rate(found.low)} – {language.rate(found.high)}"),
    ]
    if found.target is not None:
        numbers.append((_("target"), language.rate(found.target)))
    return Verdict(sentence, "wilson", tuple(numbers))


def _target_now(row: Row) -> float | None:
    """Return the target of the last version; None where others in force then have another."""
    day = row["first_day"]
    now = [
        version["target"]
        for version in row["versions"]
        if version["first_day"] <= day and (version["last_day"] or date.max) >= day
    ]
    target = row["target"]
    return float(target) if target is not None and set(now) == {target} else None


def _binds(versions: Sequence[Row], labels: Mapping[str, str]) -> str:
    """Return whom a promise binds: everyone, or the brands, teams, … that its versions name."""
    named = {
        label: list(
            dict.fromkeys(shown(row[name], name) for row in versions if row[name] is not None)
        )
        for name, label in labels.items()
    }
    all_of_it = any(all(row[name] is None for name in labels) for row in versions)
    ones = {_(each.title): each.one for each in EVERY}
    parts = [
        _(ones.get(label, SEVERAL) if len(names) == 1 else SEVERAL).format(
            label=label, names=_(" and ").join(names)
        )
        for label, names in named.items()
        if names and not all_of_it
    ]
    return " · ".join(parts) or _("everyone")


def _measured_by(row: Row, titles: Mapping[str, str]) -> str:
    title = measure(row["kpi"], titles)
    if row["within"] is not None:
        text = _("{measure}, within {hours} h")
        return text.format(
            measure=title, hours=language.number(row["within"], _digits(row["within"]))
        )
    for key, text in (
        ("at_least", _("{measure}, at least {bound}")),
        ("at_most", _("{measure}, at most {bound}")),
    ):
        if row[key] is not None:
            return text.format(measure=title, bound=language.number(row[key], _digits(row[key])))
    return str(title)


def _digits(value: float) -> int:
    return 0 if float(value).is_integer() else 1
