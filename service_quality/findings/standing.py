"""Who stands where, of one choice of measure, year and field: Rankings, and it by mail."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service_quality.base import language
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.definitions.kpis import PUBLISHED, Kpi
from service_quality.findings import places, questions, ranking_rows, rankings, wording
from service_quality.findings.asking import answering, ask
from service_quality.findings.comparisons import written
from service_quality.findings.names import shown as entity
from service_quality.findings.verdict import Verdict
from service_quality.measures.answers import Answers
from service_quality.measures.rankings.ours import Ranking

Query = Mapping[str, Sequence[str]]
MOST_YEARS, MOST_NAMED = 12, 10
CHOICES = ("kpi", "by", "group", "min_n", "publisher", "category", "focus")


@dataclass(frozen=True)
class Choice:
    """What is ranked: entries of `by`, in a group of them, with at least so many cases."""

    kpi: Kpi
    year: int
    by: str
    min_n: int
    group: str = ""
    publisher: str | None = None
    category: str | None = None
    focus: str | None = None


@dataclass(frozen=True)
class Standing:
    """A ranking, the same without its group, and what is said of it.

    `proven` are those of whom more than chance is said, each with the sentence on it: whose place
    changed, falls and the furthest first; then whose score did.
    """

    found: Ranking
    every: Ranking
    sentence: str
    below: str
    judged: Sequence[Verdict | None]
    proven: Sequence[tuple[str, str]]


def standing(choice: Choice, filters: Filters) -> Standing | None:
    """Return how entries stand, None where none is left; the period of the filters is not read."""
    kpi, focus, where = choice.kpi, choice.focus, Filters(where=filters.where)
    within = questions.in_group(where, choice.by, choice.group)
    found, every = (
        ask(
            Answers.ranking,
            kpi.id,
            choice.year,
            choice.by,
            each,
            choice.min_n,
            choice.publisher,
            choice.category,
        )
        for each in (within, where)
    )
    if not found.rows:
        return None
    below = (rankings.of_both_years(found, focus), places.is_it_real(found, kpi, focus))
    return Standing(
        found,
        every,
        rankings.ranking(found, kpi, focus),
        " · ".join(part for part in below if part),
        places.judged_ranking(found, kpi, focus),
        _proven(found, kpi),
    )


@dataclass(frozen=True)
class OverYears:
    """Places of several years up to that of a choice: a row an entry, best of the last year first.

    A row has `entity`, `name`, `places` (numbers, None where it had none) and `shown` (as the page
    shows them) by year. `of` is the size of the largest field.
    """

    years: Sequence[int]
    rows: Sequence[dict[str, Any]]
    of: int

    def named(self, falls: Sequence[str], focus: str | None, chosen: Sequence[str]) -> set[str]:
        """Return whose lines are named: ours, the chosen, else the falls; of few all are."""
        every = {row["entity"] for row in self.rows}
        if len(every) <= MOST_NAMED:
            return every
        wanted = {*(chosen or falls[:MOST_NAMED]), focus}
        return {name for name in every if name in wanted}

    def path(self, row: Mapping[str, Any]) -> str:
        """Return one entry's way in a few words."""
        text = _("{name}: places {places}")
        return text.format(name=row["name"], places=" → ".join(row["shown"]))

    def title(self, named: Collection[str]) -> str:
        """Return the title: who of the named moved furthest between the first and the last year."""
        moved = [row for row in self.rows if row["entity"] in named and None not in self._ends(row)]
        words = {"before": self.years[0], "year": self.years[-1]}
        if not moved:
            return _("Places from {before} to {year}").format(**words)
        furthest = max(moved, key=lambda row: abs(row["places"][-1] - row["places"][0]))
        text = _("Places from {before} to {year}: {name} moved furthest, from {was} to {now}")
        was, now = furthest["shown"][0], furthest["shown"][-1]
        return text.format(**words, name=furthest["name"], was=was, now=now)

    def tone(self, row: Mapping[str, Any], named: Collection[str], focus: str | None) -> str:
        """Return how a line is drawn: ours, fall, named or rest."""
        if focus is not None and row["entity"] == focus:
            return "ours"
        if row["entity"] not in named:
            return "rest"
        known = [place for place in row["places"] if place is not None]
        return "fall" if known[-1] > known[0] else "named"

    @staticmethod
    def _ends(row: Mapping[str, Any]) -> tuple[int | None, int | None]:
        return row["places"][0], row["places"][-1]


def over_years(choice: Choice, filters: Filters) -> OverYears:
    """Return places of all years up to that of a choice, each year's among its own field."""
    years = [y for y in sorted(ask(Answers.years, choice.kpi.id)) if y <= choice.year]
    usual = choice.min_n == questions.enough_cases(choice.kpi, choice.by, choice.year)
    shown: dict[int, dict[str, dict[str, Any]]] = {}
    for year in years[-MOST_YEARS:]:
        least = questions.enough_cases(choice.kpi, choice.by, year) if usual else choice.min_n
        now = standing(replace(choice, year=year, min_n=least), filters)
        if now is not None:
            shown[year] = {row["value"]: row for row in ranking_rows.shown(now.found)}
    every = dict.fromkeys(name for year in reversed(shown) for name in shown[year])
    rows = []
    for name in every:
        of = [shown[year].get(name, {}) for year in shown]
        places = [None if row.get("rank_band") else row.get("rank") for row in of]
        texts = [row.get("place") or language.NO_VALUE for row in of]
        label = entity(name, choice.by)
        rows.append({"entity": name, "name": label, "places": places, "shown": texts})
    known = [row["rank"] for year in shown.values() for row in year.values() if row["rank"]]
    drawn = [row for row in rows if any(place is not None for place in row["places"])]
    return OverYears(tuple(shown), drawn, max(known, default=1))


def opened(kpis: Mapping[str, Kpi]) -> str:
    """Return the measure that is ranked by unless another is chosen.

    It ranks several and, where one of these can, compares the year it opens on with one before.
    """
    several = [i for i, each in kpis.items() if questions.dimensions(each)]
    compared = (i for i in several if _has_year_before(kpis[i]))
    return next(compared, next(iter(several), ""))


def _has_year_before(kpi: Kpi) -> bool:
    years = ask(Answers.years, kpi.id)
    return bool(years) and questions.year_opened(kpi, map(str, years)) - 1 in years


def of_query(query: Query) -> Choice | None:
    """Return what a link chooses, and for the rest what is shown first; None where nothing is."""
    given = {name: values[0] for name, values in query.items() if values}
    kpis = questions.rankable()
    kpi = kpis.get(given.get("kpi") or opened(kpis))
    ranked = questions.dimensions(kpi, least=1) if kpi else []
    if kpi is None or not ranked:
        return None
    of = {"publisher": given.get("publisher"), "category": given.get("category")}
    if kpi.id == PUBLISHED and not of["publisher"]:
        of = {name: ask(Answers.publishers)[0][name] for name in of}
    by = given.get("by") or next(iter(questions.dimensions(kpi)), ranked[0])
    year = questions.year_opened(kpi, map(str, ask(Answers.years, kpi.id)))
    enough = questions.enough_cases(kpi, by, year)
    return Choice(
        kpi,
        year,
        by,
        int(given.get("min_n") or enough),
        given.get("group", ""),
        of["publisher"] or None,
        of["category"] or None,
        given.get("focus", answering().answers.settings.focus_brand) if by == "brand" else None,
    )


def kept(state: Query) -> Query:
    """Return choices without the least n that is shown first: that one changes with the months."""
    usual = of_query({**state, "min_n": ()})
    usual_n = [str(usual.min_n)] if usual else []
    return {n: values for n, values in state.items() if n != "min_n" or [*values] != usual_n}


def named(query: Query) -> list[str]:
    """Return in words what of a field is ranked: `Rank by: Team`, the group, who published it."""
    by = next(iter(query.get("by", ())), "")
    labels = {
        "publisher": _("Publisher"),
        "category": _("Category"),
        "by": _("Rank by"),
        "group": _("Group"),
        "min_n": _("At least n"),
    }
    found = {name: next(iter(query.get(name, ())), "") for name in labels}
    found["by"] = by and wording.label(by)
    return [
        _("{label}: ").format(label=labels[name]) + text for name, text in found.items() if text
    ]


def _proven(found: Ranking, kpi: Kpi) -> list[tuple[str, str]]:
    """Return of whom more than chance is said, with the sentence that says it."""
    placed = [row for row in found.rows if row.get("position_proven") and row["places_lost"]]
    placed.sort(key=lambda row: (row["places_lost"] < 0, -abs(row["places_lost"]), row["rank"]))
    scored = [row for row in found.rows if row.get("score_changed") and row not in placed]
    spoken = [(row, rankings.of_one(found, kpi, row["entity"])) for row in placed]
    spoken += [(row, _score(found, kpi, row)) for row in scored]
    return [(entity(row["entity"], found.by), sentence) for row, sentence in spoken]


def _score(found: Ranking, kpi: Kpi, row: Mapping[str, Any]) -> str:
    text = _("{name}: {score} on “{kpi}” in {year}, {before} a year before: more than chance.")
    return text.format(
        name=entity(row["entity"], found.by),
        kpi=kpi.title,
        year=found.year,
        score=written(kpi, row["score"]),
        before=written(kpi, row["prior_score"]),
    )
