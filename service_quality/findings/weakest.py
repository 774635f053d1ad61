"""The weak link among promises, the stairs and the lift, and what no promise covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.language import _, ngettext
from service_quality.definitions.promise_rules import TOTALS
from service_quality.findings import names
from service_quality.findings.verdict import Verdict
from service_quality.measures.intervals import INDICATIVE_UNDER
from service_quality.methods.stairs import Stairs, stairs

if TYPE_CHECKING:
    from service_quality.measures.trends import Month, Trend

Row = Mapping[str, Any]
MOST_TOPICS = 10  # named of those that no promise covers, the largest first


@dataclass(frozen=True)
class WeakLink:
    """One promise's part in the contacts that failed; shares are 0–1.

    `share` are those of all failures (they add up to 1), `alone` the contacts that broke this
    promise and no other, `perfect` and `if_kept` the share of perfect contacts, as it is and
    were this promise always kept.
    """

    promise: str
    words: str
    share: float
    failed: int
    alone: int
    n: int
    perfect: float
    if_kept: float


def weak_links(rows: Sequence[Row], words: Mapping[str, str]) -> list[WeakLink]:
    """Return the promises that were broken, the weakest link first.

    `rows` are those of `Answers.weakest_links`, `words` what each promise says.
    """
    return [
        WeakLink(
            row["promise"],
            words.get(row["promise"], row["promise"]),
            float(row["share_of_failures"]),
            int(row["failed"]),
            int(row["alone"]),
            int(row["n"]),
            float(row["perfect_rate"]),
            float(row["perfect_if_kept"]),
        )
        for row in rows
        if row["failed"] and row["share_of_failures"] is not None
    ]


def quoted(words: str) -> str:
    """Return a promise within a sentence: in quotation marks, its full stop left out."""
    return _("“{words}”").format(words=words.rstrip().removesuffix("."))


def weakest(links: Sequence[WeakLink]) -> str:
    """Return what would become of perfect contacts, were the weakest link always kept."""
    if not links:
        return _("No promise was broken: there is no weak link.")
    link = links[0]
    before, after = _apart(link.perfect, link.if_kept)
    promise = quoted(link.words)
    if not link.alone:
        text = _("Were {promise} always kept, no contact more would be perfect: others broke too.")
        return text.format(promise=promise)
    text = _("If {promise} were always kept, perfect contacts would go from {before} to {after}.")
    return text.format(promise=promise, before=before, after=after)


def of_contacts(links: Sequence[WeakLink]) -> str:
    """Return how many contacts the weak link was counted in, and what a contact is."""
    if not links:
        return ""
    words = {"n": language.number(links[0].n)}
    text = _("n = {n} contacts: rows of one contact id together, any other row by itself.")
    if links[0].n < INDICATIVE_UNDER:
        text = _("n = {n} contacts, indicative: rows of one contact id together, others alone.")
    return text.format(**words)


def of_weakest(links: Sequence[WeakLink]) -> Verdict | None:
    """Return how the weakest link is judged; None where no promise was broken."""
    if not links:
        return None
    link = links[0]
    numbers = (
        (_("contacts"), language.number(link.n)),
        (_("contacts that broke it"), language.number(link.failed)),
        (_("of them, that broke nothing else"), language.number(link.alone)),
        (_("its share of all failures"), language.rate(link.share)),
        (_("perfect contacts"), language.rate(link.perfect)),
        (_("perfect contacts, were it always kept"), language.rate(link.if_kept)),
    )
    return Verdict(weakest(links), "weakest_link", numbers)


def link_rows(links: Sequence[WeakLink]) -> list[dict[str, Any]]:
    """Return the table of the weak links."""
    return [
        {"words": k.words, "share": k.share, "failed": k.failed, "alone": k.alone, "n": k.n}
        | {"if_kept": k.if_kept}
        for k in links
    ]


def of_perfect(row: Row | None) -> Verdict | None:
    """Return how the share of perfect contacts is judged; None where there are none."""
    if row is None or row["value"] is None:
        return None
    text = _("{value} of contacts were perfect, plausibly {low} to {high}.")
    ends = {"low": language.rate(row["low"]), "high": language.rate(row["high"])}
    numbers = (
        (_("contacts to which a promise applied"), language.number(row["n"])),
        (_("of them, with every one kept"), language.number(row["numerator"])),
        (_("95% interval"), f"{ends['low']} – {ends['high']}"),
    )
    sentence = text.format(value=language.rate(row["value"]), **ends)
    return Verdict(sentence, "perfect_contact", numbers)


def climbed(trend: Trend) -> tuple[list[Month], Stairs]:
    """Return the months since the last change of method, and their falls."""
    last = trend.last
    months = [month for month in trend.months if last and month.segment == last.segment]
    return months, stairs([month.value for month in months])


def climb(trend: Trend) -> str:
    """Return how deep and how long the current fall is, and how long the last recovery took."""
    months, found = climbed(trend)
    if sum(month.value is not None for month in months) < 2:
        return _("One month is no stair yet: there is nothing to fall from.")
    if trend.too_few:
        return _("Too few contacts in the last month to speak of a fall: indicative.")
    sentences = []
    fall = found.current
    if fall is None:
        sentences.append(_("The last month stands at the best so far: nothing is lost."))
    else:
        text = _(
            "A fall of {depth} in {down}, from {peak} in {top} to {lowest} in {bottom}; {since} on,"
            " {missing} are still to regain."
        )
        words = {
            "peak": language.rate(fall.peak),
            "top": language.month(months[fall.peak_at].month),
            "lowest": language.rate(fall.lowest),
            "bottom": language.month(months[fall.lowest_at].month),
            "depth": _in_points(fall.depth),
            "down": _in_months(fall.months_down),
            "since": _in_months(found.months_since or 0),
            "missing": _in_points(found.to_regain),
        }
        if not found.months_since:
            text = _(
                "A fall of {depth} in {down}, from {peak} in {top} to {lowest} in {bottom}, the"
                " last month."
            )
        sentences.append(text.format(**words))
    if found.last is None:
        sentences.append(_("No fall before it has been regained."))
        if fall is None:
            sentences[-1] = _("It has not fallen in these months.")
    else:
        text = _("The last way back, to {peak}, took {up}.")
        up = _in_months(found.last.months_up or 0)
        sentences.append(text.format(peak=language.rate(found.last.peak), up=up))
    return " ".join(sentences)


def of_climb(trend: Trend) -> Verdict | None:
    """Return how the current fall is judged; None where there is none."""
    months, found = climbed(trend)
    fall = found.current
    if fall is None or trend.too_few:
        return None
    numbers = [
        (
            _("best month"),
            f"{language.month(months[fall.peak_at].month)} · {language.rate(fall.peak)}",
        ),
        (
            _("lowest month since"),
            f"{language.month(months[fall.lowest_at].month)} · {language.rate(fall.lowest)}",
        ),
        (_("depth"), _in_points(fall.depth)),
        (_("months down"), language.number(fall.months_down)),
        (_("months since the lowest"), language.number(found.months_since)),
        (
            _("months of the last recovery"),
            language.number(found.last.months_up if found.last else None),
        ),
    ]
    return Verdict(climb(trend), "stairs_and_lift", tuple(numbers))


def not_covered(
    found: Mapping[str, Sequence[Row]], datasets: Mapping[str, str], topic: str
) -> list[str]:
    """Return a sentence for each thing that no promise covers; `topic` is that label.

    `found` is `Answers.not_covered`, `datasets` the titles of the kinds.
    """
    sentences = []
    for row in found["datasets"]:
        text = ngettext(
            "{dataset}: no promise covers its {n} row.",
            "{dataset}: no promise covers any of its {n} rows.",
            row["rows"],
        )
        name = datasets.get(row["dataset"], row["dataset"])
        sentences.append(text.format(dataset=name, n=language.number(row["rows"])))
    for row in found["topics"][:MOST_TOPICS]:
        text = ngettext(
            "{label} “{name}”: no promise covers its {n} contact.",
            "{label} “{name}”: no promise covers any of its {n} contacts.",
            row["rows"],
        )
        sentences.append(
            text.format(
                label=topic,
                name=names.shown(row["topic"], "topic"),
                n=language.number(row["rows"]),
            )
        )
    if more := found["topics"][MOST_TOPICS:]:
        text = ngettext(
            "{n} other: no promise covers any of its {rows} contacts.",
            "{n} others: no promise covers any of their {rows} contacts.",
            len(more),
        )
        contacts = language.number(sum(row["rows"] for row in more))
        sentences.append(text.format(n=language.number(len(more)), rows=contacts))
    return sentences


def measure(kpi: str, titles: Mapping[str, str]) -> str:
    """Return what a measure is called; totals that no file has yet may have a name already."""
    return titles.get(kpi) or names.measure(kpi) or kpi.removeprefix(TOTALS).replace("_", " ")


def not_measured(rows: Sequence[Row], titles: Mapping[str, str]) -> list[str]:
    """Return a sentence for each promise that nothing measures; rows have `words`, `reason`.

    `titles` are those of the measures.
    """
    texts = {
        "unknown": _("{promise}: there is no measure of the name “{kpi}”."),
        "no_rows": _("{promise}: no file has the columns of “{kpi}”."),
        "nothing_due": _("{promise}: it was never due; it binds no row, or its time is not up."),
    }
    found = []
    for row in rows:
        kpi = row["kpi"] if row["reason"] == "unknown" else measure(row["kpi"], titles)
        words = {"promise": quoted(row["words"]), "kpi": kpi}
        found.append(texts[row["reason"]].format(**words))
    return found


def _apart(before: float, after: float) -> tuple[str, str]:
    """Return two shares as whole per cent, or finer where they would read the same."""
    for decimals in (0, 1, 2):
        first, last = language.rate(before, decimals), language.rate(after, decimals)
        if first != last:
            break
    return first, last


def _in_points(size: float) -> str:
    text = ngettext("{n} point", "{n} points", language.grammatical(100 * size, 1))
    return text.format(n=language.number(100 * size, 1))


def _in_months(count: int) -> str:
    return ngettext("{n} month", "{n} months", count).format(n=language.number(count))
