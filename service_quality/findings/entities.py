"""One brand, team, channel or topic: beside all the others, its places, its promises, its remarks.

Who stands apart from the others is tested: all measures of one, or all entries of one measure,
are looked at together, as in the headline.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service_quality.base import language
from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.filters import Filters
from service_quality.base.language import N_, _, ngettext
from service_quality.definitions.kpis import PUBLISHED, Kpi
from service_quality.findings import extent, promised, questions, ranking_rows, rankings, wording
from service_quality.findings.asking import ask
from service_quality.findings.comparisons import shown, written
from service_quality.findings.names import shown as entity
from service_quality.findings.overview import Overview
from service_quality.findings.places import of_place
from service_quality.findings.promises import Kept
from service_quality.findings.verdict import Verdict
from service_quality.measures.answers import Answers
from service_quality.measures.intervals import indicative
from service_quality.measures.rankings.ours import Ranking
from service_quality.methods.false_discovery import discoveries

MOST_YEARS = 5
OF_ALL = ("count", "stock")  # what adds up: of these the whole is told
SIDES = {
    "better": N_("better than {value}"),
    "worse": N_("worse than {value}"),
    "higher": N_("higher than {value}"),
    "lower": N_("lower than {value}"),
}


@dataclass(frozen=True)
class Against:
    """A measure of one entry beside that of the others: their value as written, and the side.

    `side` is better, worse, higher or lower, where that is proven; else it is empty. Of what adds
    up the value is that of all together, the `whole`.
    """

    value: str
    side: str = ""
    whole: bool = False

    @property
    def words(self) -> str:
        """The others' value; where the two lie apart by more than chance, on which side."""
        return _(SIDES[self.side]).format(value=self.value) if self.side else self.value


def key(dimension: str, value: str) -> str:
    """Return how the link of a page names an entry: `team:Nantes`."""
    return f"{dimension}:{value}"


def parted(name: str) -> tuple[str, str]:
    """Return dimension and value of such a key."""
    dimension, _colon, value = name.partition(":")
    return dimension, value


def name_of(name: str) -> str:
    """Return the value of such a key."""
    return parted(name)[1] or name


def known() -> dict[str, str]:
    """Return every entry that has a page, by key, with its label and its name."""
    labels = wording.labels()
    text = _("{label}: {name}")
    return {
        key(dimension, value): text.format(label=labels[dimension], name=entity(value, dimension))
        for dimension in DIMENSIONS
        for value in ask(Answers.dimension_values, dimension)
        if value is not None
    }


def others(dimension: str, value: str | None) -> list[str | None]:
    """Return all other values of a dimension, rows that name none among them."""
    return [each for each in ask(Answers.dimension_values, dimension) if each != value]


def against(found: Overview, dimension: str, value: str) -> dict[str, Against]:
    """Return each measure of an overview of one entry beside that of all the others, by id."""
    rest = others(dimension, value)
    if not rest:
        return {}
    pairs = [
        (line.kpi, part, part.only(dimension, rest))
        for line in found.lines
        for part in (found.shown[line.kpi.id],)
    ]
    questions.ahead(asked for pair in pairs for asked in _asked(*pair, dimension))
    sides = proven(pairs)
    return {
        kpi.id: Against(_of_others(kpi, part, theirs, dimension), side, kpi.measure in OF_ALL)
        for (kpi, part, theirs), side in zip(pairs, sides, strict=True)
    }


def _asked(
    kpi: Kpi, mine: Filters, theirs: Filters, dimension: str
) -> Iterator[tuple[Kpi, tuple[str, ...], Filters]]:
    """Give the figures that one beside the others is made of."""
    from service_quality.measures.changes import scattering  # numpy: no first page waits for it

    yield kpi, (), mine
    if kpi.measure in OF_ALL:
        yield kpi, (), mine.only(dimension, ())
        return
    yield kpi, (), theirs
    if kpi.measure == "rate":
        yield kpi, ("month",), scattering(mine)


def counted(beside: Mapping[str, Against]) -> str:
    """Return how many measures set one apart from the others; nothing where none could be held."""
    if not any(each.value for each in beside.values()):
        return ""
    apart = sum(bool(each.side) for each in beside.values())
    if not apart:
        return _("no measure sets it apart from the others by more than chance")
    text = ngettext(
        "{n} measure sets it apart from the others by more than chance",
        "{n} measures set it apart from the others by more than chance",
        apart,
    )
    return text.format(n=language.number(apart))


def below(found: Overview, filters: Filters, beside: Mapping[str, Against]) -> str:
    """Return the line below the finding on one entry: when, and what sets it apart."""
    parts = (extent.period(filters), found.below, counted(beside))
    return " · ".join(part for part in parts if part)


def proven(pairs: Sequence[tuple[Kpi, Filters, Filters]]) -> list[str]:
    """Return on which side of the others each lies, looked at together (Benjamini & Hochberg).

    A pair is a measure, the filters of the one and those of the others. Of fewer than 30 cases
    on either side nothing is said.
    """
    found = [_tested(*pair) for pair in pairs]
    tested = {i: row for i, row in enumerate(found) if row is not None}
    sides = [""] * len(found)
    if tested:
        holds = discoveries([row["p"] for row in tested.values()])
        for (i, row), sure in zip(tested.items(), holds, strict=True):
            sides[i] = _side(pairs[i][0], row["delta"]) if sure else ""
    return sides


def _tested(kpi: Kpi, mine: Filters, theirs: Filters) -> Any:
    """Return the test of one against the others; None where there is none to speak of."""
    if kpi.measure in OF_ALL:
        return None
    scale = questions.scale_of(kpi)
    rows = ask(Answers.changes, kpi.id, (), mine, theirs)
    row = next((row for row in rows if row.get("scale") == scale), None)
    if row is None or row["p"] is None or indicative(row["n"]) or indicative(row["prior_n"]):
        return None
    return row


def _side(kpi: Kpi, delta: float) -> str:
    if kpi.better == "neither":
        return "higher" if delta > 0 else "lower"
    return "better" if (delta > 0) == (kpi.better == "higher") else "worse"


def _of_others(kpi: Kpi, part: Filters, theirs: Filters, dimension: str) -> str:
    """Return the others' value; of what adds up, that of all together."""
    if kpi.measure in OF_ALL:
        own, whole = (questions.row_of(kpi, f) for f in (part, part.only(dimension, ())))
        if whole is None or own is None or whole["value"] == own["value"]:
            return ""
        return _("of {n}").format(n=written(kpi, whole["value"]))
    row = questions.row_of(kpi, theirs)
    return "" if row is None else shown(kpi, row)


def rankable(dimension: str, first: Collection[str] = ()) -> dict[str, Kpi]:
    """Return the measures by which a dimension's values can be ranked.

    Those come `first`, by id, that one entry is known to have; then those of Overview.
    """
    found = [k for k in questions.rankable().values() if questions.has_dimension(k, dimension)]
    found.sort(key=lambda kpi: (kpi.id not in first, not kpi.tile))
    return {kpi.id: kpi for kpi in found}


@dataclass(frozen=True)
class Places:
    """An entry's places by one measure: a row a year, the newest first; what became of it.

    `of` is the size of the largest field of those years; `sentence` and `judged` are on the
    newest year.
    """

    rows: list[dict[str, Any]]
    of: int
    sentence: str
    judged: list[Verdict]


def places(
    kpi: Kpi,
    dimension: str,
    value: str,
    filters: Filters,
    publisher: str | None = None,
    category: str | None = None,
) -> Places:
    """Return where one stood in each of the last years; the period of the filters is not read."""
    where = Filters(where=filters.only(dimension, ()).where)
    found = []
    for year in sorted(ask(Answers.years, kpi.id), reverse=True)[:MOST_YEARS]:
        enough = questions.enough_cases(kpi, dimension, year)
        ranking = ask(
            Answers.ranking,
            kpi.id,
            year,
            dimension,
            where,
            min_n=enough,
            publisher=publisher,
            category=category,
        )
        if row := _row_of(ranking, value):
            found.append((ranking, row))
    if not found:
        return Places([], 0, "", [])
    newest = found[0][0]
    return Places(
        [row for _ranking, row in found],
        max(ranking.of or 0 for ranking, _row in found),
        rankings.of_one(newest, kpi, value),
        of_place(newest, kpi, value),
    )


def ask_ahead(who: str, first: Collection[str]) -> None:
    """Ask for the places that the page of one entry, given by its key, opens with."""
    of, name = parted(who)
    kpi = next(iter(rankable(of, first).values()), None)
    if kpi and kpi.id != PUBLISHED:
        places(kpi, of, name, Filters())


def _row_of(ranking: Ranking, value: str) -> dict[str, Any] | None:
    """Return the row of one entry as a table of years has it; None where it is not listed."""
    shown_rows = zip(ranking.rows, ranking_rows.shown(ranking), strict=True)
    row = next((shown for raw, shown in shown_rows if raw["entity"] == value), None)
    if row is None:
        return None
    start, end = ranking.period
    whole = (start.month, end.month) == (1, 12)
    year = str(ranking.year) if whole else language.period(start, end)
    place = rankings.placed(row["place"], ranking)
    return {**row, "entity": year, "of": ranking.of, "label": f"{year} · {place}"}


def promises(filters: Filters) -> tuple[list[Kept], Filters]:
    """Return the promises that were due to one entry in a period, and the part spoken of."""
    if not ask(Answers.promises):
        return [], filters
    part = promised.spoken_of(filters)
    return [kept for kept in promised.each(part) if kept.due], part


def remarks(kpis: Sequence[Kpi], filters: Filters) -> list[dict[str, Any]]:
    """Return the remarks on any of these measures that concern one entry, oldest first, once."""
    found = [event for kpi in kpis for event in questions.events(kpi, filters)]
    once = {(event["day"], event["text"]): event for event in found}
    return sorted(once.values(), key=lambda event: event["day"])


def of_one(dimension: str, name: str, sentence: str) -> str:
    """Return a finding that is about one entry."""
    return f"{entity(name, dimension)}. {sentence}"
