"""A walk over generated worlds: what the sentences say is what the tiles and tables hold.

Each sentence is read back by the text that it was made of, in the reader's language: what it names
has to be in the rows, every number of it has to be one of theirs, and what it claims has to hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import pytest

from service_quality.base import language, periods
from service_quality.base.language import _
from service_quality.definitions.kpis import Kpi
from service_quality.findings import (
    asking,
    comparisons,
    extent,
    headline,
    questions,
    ranking_rows,
    rankings,
    replies,
    satisfaction,
    scorecard,
    signals,
    waiting,
    wording,
)
from service_quality.findings.comparisons import value_of, written
from service_quality.findings.names import shown as entity
from service_quality.findings.surveys import survey_scope
from service_quality.measures import observed, reach, values
from service_quality.measures.answers import Answers
from tests.findings.worlds import World, drawn, filled

pytestmark = pytest.mark.slow
WORLDS = 240
NUMBER = re.compile(r"[−+]?\d(?:[\d.,\u202f\xa0]*\d)?")
CLAIMS = (
    "{kpi} got better: {value} in {month}{usual}, and not by chance.",
    "{kpi} got worse: {value} in {month}{usual}, and not by chance.",
    "{kpi} is unusually high: {value} in {month}{usual}, and not by chance.",
    "{kpi} is unusually low: {value} in {month}{usual}, and not by chance.",
    "{kpi} got better than a year before ({change}), and not by chance.",
    "{kpi} got worse than a year before ({change}), and not by chance.",
    "{kpi} is higher than a year before ({change}), and not by chance.",
    "{kpi} is lower than a year before ({change}), and not by chance.",
    "{kpi} got better, and not by chance: {rule}, up to {month} ({value}).",
    "{kpi} got worse, and not by chance: {rule}, up to {month} ({value}).",
    "{kpi} is unusually high: {rule}, up to {month} ({value}).",
    "{kpi} is unusually low: {rule}, up to {month} ({value}).",
)
# A KPI's own sentence on its level stands in place of its title.
LEVELS = (
    "{level}: better than a year before ({change}), and not by chance.",
    "{level}: worse than a year before ({change}), and not by chance.",
    "{level}: more than a year before ({change}), and not by chance.",
    "{level}: less than a year before ({change}), and not by chance.",
)


@cache
def pattern(text: str) -> re.Pattern[str]:
    """Return what finds a text of the program again; its names become groups."""
    parts = re.split(r"\{(\w+)\}", text)
    # A name does not reach into the next sentence; `janv. 2025` is none.
    name = r"(?P<{}>(?:(?!\. (?:[A-ZÀ-Ý“«]|\d{{1,3}} )).)*?)"
    wanted = [name.format(p) if i % 2 else re.escape(p) for i, p in enumerate(parts)]
    return re.compile("".join(wanted) + ("$" if parts[-1] == "" else ""))


def read(sentence: str, *texts: str) -> dict[str, str]:
    """Return what a sentence says where it is one of these texts; else nothing."""
    for text in texts:
        # One that the program no longer has would let everything pass.
        assert language.catalogue("fr").gettext(text) != text, text
        if found := pattern(_(text)).search(sentence):
            return found.groupdict() | {"text": text}
    return {}


def numbers(*texts: object) -> set[str]:
    """Return the numbers in texts, as they are written, without a sign."""
    found = (NUMBER.findall(str(text)) for text in texts)
    return {number.lstrip("−+") for each in found for number in each}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    found = filled(tmp_path_factory.mktemp("worlds"), [drawn(n) for n in range(WORLDS)])
    # The same for every world: read once.
    sources = observed.sources(found.warehouse)
    with pytest.MonkeyPatch.context() as patch:
        for module in (observed, reach, values):
            patch.setattr(module, "sources", lambda _warehouse: sources)
        yield found
    found.warehouse.close()


@pytest.fixture
def world(request: pytest.FixtureRequest, answers: Answers) -> Iterator[World]:
    with asking.asking(answers), language.using(drawn(request.param).tag):
        yield drawn(request.param)


def walk(*kinds: str, each: int) -> Any:
    """Walk through one world in so many of those with these kinds of data."""
    every = [n for n in range(WORLDS) if drawn(n).kind in kinds]
    return pytest.mark.parametrize("world", every[::each], indirect=True)


def kpis_of(world: World) -> list[Kpi]:
    return [kpi for kpi in questions.kpis().values() if kpi.dataset == world.kind]


def said_of(kpi: Kpi, *found: Mapping[str, Any] | None) -> list[str]:
    """Return every figure of rows of a KPI, as it is written."""
    texts = []
    for row in found:
        for name in ("value", "median", "p90", "low", "high"):
            texts.append(written(kpi, (row or {}).get(name)))
        texts += [language.number((row or {}).get("n")), language.rate(replies.never(row or {}))]
    return texts


@walk("emails", "tickets", "surveys", each=11)
def test_the_first_page_says_what_its_tiles_hold(world: World, answers: Answers) -> None:
    tiles = [kpi for kpi in kpis_of(world) if kpi.tile]
    filters = world.filters.between(*periods.year_to(extent.reaches(*tiles, filters=world.filters)))
    shown = {kpi.id: extent.within_data(kpi, filters) for kpi in tiles}
    found = [questions.compare(kpi, shown[kpi.id]) for kpi in tiles]
    found = [c for c in found if c.value is not None or c.n]
    trends = {c.kpi.id: questions.trend(c.kpi, filters) for c in found}
    sure = [questions.how_sure(c, trends[c.kpi.id], shown[c.kpi.id]) for c in found]
    sentence, level = headline.headline(sure), comparisons.level(found)
    for c in found:
        of_rows = answers.kpi(c.kpi.id, filters=shown[c.kpi.id], rows=True)
        assert value_of(c.kpi, of_rows[0]) == pytest.approx(c.value)
    lines = scorecard.lines(sure)
    moved = [line for line in lines if line.verdict == scorecard.MOVED]
    text = (
        "{moved} of {n} measures moved by more than chance; by chance alone, fewer than one page in"
        " twenty would show one."
    )
    if told := read(scorecard.counted(lines), text):
        assert told["moved"] == str(len(moved))
    both = "{worse} got worse and {better} better, neither by chance."
    named = [claims(sentence, line.tile.comparison.kpi) for line in moved]
    assert bool(moved) == (any(named) or bool(read(sentence, both)))
    for line in lines:
        change = line.tile.comparison.change
        assert ("▲" in line.change) == (line.change not in ("", "=") and change > 0)
        assert (
            line.verdict == scorecard.FEW
            or not comparisons.indicative(line.tile.comparison.n)
            or line.tile.judged
        )
    figures = [
        t
        for c in found
        for t in (written(c.kpi, c.value), written(c.kpi, c.before), c.period, c.when, c.n)
    ]
    figures += [comparisons.written_change(c.kpi, c.change) for c in found]
    figures += [
        t
        for tr in trends.values()
        if tr.last
        for t in (language.month(tr.last.month), written_last(found, tr))
    ]
    promised = [wording.promise(c.kpi) for c in found]
    assert numbers(sentence or level) <= numbers(
        *figures, *promised, len(found), *range(len(found))
    )
    for tile in sure:
        if claims(sentence, tile.comparison.kpi):
            assert tile.comparison.n is None or tile.comparison.n >= 30 or tile.judged
            assert not (tile.judged and tile.trend.too_few)
            part = shown[tile.comparison.kpi.id]
            if tile.judged and tile.trend.last:
                assert tile.trend.last.month in extent.months(part)


def written_last(found: Sequence[comparisons.Comparison], trend: Any) -> str:
    return " ".join(
        f"{written(c.kpi, trend.last.value)} {written(c.kpi, trend.last.mean)}" for c in found
    )


def claims(sentence: str, kpi: Kpi) -> bool:
    """Whether a sentence claims that a KPI changed."""
    if told := read(sentence, *LEVELS):
        own = pattern(wording.words(kpi.level).rstrip(".")) if kpi.level else None
        if own and own.fullmatch(told["level"]):
            return True
    told = read(sentence, *CLAIMS)
    return bool(told) and told["kpi"] == kpi.title


@walk("emails", "tickets", "surveys", each=3)
def test_a_measure_by_month_says_what_its_months_hold(world: World, answers: Answers) -> None:
    known = kpis_of(world)
    kpi = known[world.number // 3 % len(known)]
    every = periods.last_months(extent.reaches(kpi, filters=world.filters))
    filters = world.filters.between(*every)
    shown = extent.months(filters)
    rows = questions.by_month(kpi, filters, months=12)
    within = [row for row in rows if row["month"] in shown and value_of(kpi, row) is not None]
    if not within:
        return
    title = comparisons.extremes(kpi, rows, shown)
    known_values = [written(kpi, value_of(kpi, row)) for row in within]
    if told := read(title, "{kpi}: highest in {high} ({most}), lowest in {low} ({least})"):
        assert told["most"] != told["least"]
        by = {language.month(row["month"]): written(kpi, value_of(kpi, row)) for row in within}
        assert (by[told["high"]], by[told["low"]]) == (told["most"], told["least"])
        numeric = [value_of(kpi, row) for row in within]
        assert told["most"] == written(kpi, max(numeric))
        assert told["least"] == written(kpi, min(numeric))
    elif told := read(title, "{kpi}: {value} in each month"):
        assert set(known_values) == {told["value"]}
    part = extent.within_data(kpi, extent.headline(filters))
    found, trend = questions.compare(kpi, part), questions.trend(kpi, filters)
    sure = [questions.how_sure(found, trend, part)]
    sentence = signals.signal(kpi, trend) or headline.headline(sure) or comparisons.level([found])
    if claims(sentence, kpi):
        judged = trend.last if trend.variation else None
        assert judged is None or (judged.month in shown and not trend.too_few)
        assert judged is not None or not comparisons.indicative(found.n)
    texts = [
        *known_values,
        *map(language.month, shown),
        *every,
        found.when,
        found.period,
        trend.judged_by,
    ]
    texts += [
        written(kpi, found.value),
        written(kpi, found.before),
        wording.promise(kpi),
        wording.words(kpi.level),
        found.n,
    ]
    texts += [comparisons.written_change(kpi, found.change), 30, 1]
    texts += [
        t
        for m in trend.months
        for t in (written(kpi, m.value), m.n, written(kpi, m.mean), language.month(m.month))
    ]
    assert numbers(sentence) <= numbers(*texts)
    assert numbers(comparisons.beside(found, found.period)) <= numbers(*texts)
    wholes = comparisons.worst_first(kpi, questions.rows_of(kpi, ("brand",), filters))
    spread = comparisons.spread(kpi, wholes, "brand", "Label")
    if told := read(spread, "{label}: from {worst} ({name_worst}) to {best} ({name_best})"):
        held = {entity(row["brand"], "brand"): comparisons.shown(kpi, row) for row in wholes}
        assert held[told["name_worst"]] == told["worst"] != told["best"]
        assert held[told["name_best"]] == told["best"]


@walk("emails", "tickets", "surveys", each=11)
def test_a_ranking_says_what_its_table_holds(world: World, answers: Answers) -> None:
    known = [kpi for kpi in kpis_of(world) if kpi.can_rank]
    kpi = known[world.number // 3 % len(known)]
    year = extent.reaches(kpi, filters=world.filters).year
    found = answers.ranking(kpi.id, year, "brand", world.filters)
    focus = "B" if world.number % 5 == 0 else None
    sentence = rankings.ranking(found, kpi, focus)
    table = ranking_rows.shown(found)
    told = [row for row in table if row["rank"] is not None]
    both = [row for row in told if row["places_lost"] is not None]
    fallers = [row for row in both if row["places_lost"] > 0]
    if read(sentence, "No one lost a place from {before} to {year}."):
        assert not fallers
    if lead := read(sentence, "{leader} leads on “{kpi}” in {year}."):
        first = [row["entity"] for row in told if row["rank"] == 1]
        assert len(first) == 1
        assert first[0] in lead["leader"]
    if shared := read(sentence, "{n} share the first place on “{kpi}” in {year}."):
        assert sum(row["rank"] == 1 for row in told) == int(numbers(shared["n"]).pop())
    if fell := read(sentence, "{name} fell furthest: {path} on “{kpi}”, {before} to {year}."):
        row = next(row for row in both if row["entity"] == fell["name"])
        assert row["places_lost"] == max(each["places_lost"] for each in both)
        assert [each["places_lost"] for each in both].count(row["places_lost"]) == 1
        assert numbers(fell["path"]) <= numbers(row["rank"], row["prior_rank"], row["places_lost"])
    title = read(
        ranking_rows.falls_title(found), "Of {n} ranked in both years, {fell} fell and {rose} rose"
    )
    assert title["fell"] == str(len(fallers)) == str(len(ranking_rows.falls(found)))
    texts: list[object] = [year, year - 1, found.of, 10, *range(len(told) + 1)]
    for row in table:
        texts += [
            row[name] for name in ("rank", "prior_rank", "rank_common", "prior_rank_common", "n")
        ]
        texts += [
            abs(row["places_lost"] or 0),
            written(kpi, row["score"]),
            written(kpi, row["prior_score"]),
        ]
    assert numbers(sentence) <= numbers(*texts)
    names = [row["entity"] for row in table]
    assert [
        row["entity"]
        for row in answers.ranking(kpi.id, year, "brand", world.filters, rows=True).rows
    ] == names
    for row in told:
        ties = [other for other in told if other["rank"] == row["rank"]]
        assert row["place"] == (f"{row['rank']}=" if len(ties) > 1 else str(row["rank"]))
        assert {written(kpi, other["score"]) for other in ties} == {written(kpi, row["score"])}


@walk("emails", "tickets", each=7)
def test_how_long_customers_wait_is_said_as_the_ladder_has_it(
    world: World, answers: Answers
) -> None:
    known = [kpi for kpi in kpis_of(world) if kpi.measure == "duration"]
    kpi = known[world.number // 3 % len(known)]
    end = extent.reaches(kpi, filters=world.filters)
    filters = extent.within_data(kpi, world.filters.between(*periods.year_to(end)))
    row, before = questions.row_of(kpi, filters), questions.row_of(kpi, filters.year_before())
    assert row is not None
    assert row["median"] == answers.kpi(kpi.id, filters=filters, rows=True)[0]["median"]
    ladder = replies.ladder_rows(kpi, row, before)
    steps = [language.rate(step["share"]) for step in ladder]
    fixed = ["1", "4", "7", "24", "48"]
    assert numbers(replies.replies(kpi, row)) <= numbers(*said_of(kpi, row))
    assert numbers(replies.ladder(kpi, row)) <= numbers(*steps, 24)
    scope = replies.replies_scope(kpi, row, extent.period(filters))
    few = "{kpi}, {period}, n = {n}, all of them included: indicative."
    assert bool(read(scope, few)) == (row["n"] < 30)
    gap = waiting.gap(row, before)
    if gap is not None:
        shares = {language.rate(step["share"]): language.rate(step["before"]) for step in ladder}
        assert shares[language.rate(gap.now)] == language.rate(gap.before) != language.rate(gap.now)
        assert min(row["n"], before["n"]) >= 30
        assert numbers(waiting.curve(kpi, gap)) <= numbers(*steps, *shares.values(), *fixed)
    week = waiting.week(answers.waits_by_hour(kpi.id, filters))
    if week is not None:
        assert numbers(waiting.arrivals(week)) <= numbers(
            week.busiest["n"], *(f"{h:02d}:00" for h in range(25))
        )
        assert week.longest is None or not week.longest["indicative"]


@walk("surveys", each=4)
def test_satisfaction_says_what_was_answered(world: World, answers: Answers) -> None:
    kpis = {kpi.id: kpi for kpi in kpis_of(world) if kpi.id in satisfaction.SURVEYS}
    end = extent.reaches(*kpis.values(), filters=world.filters)
    filters = world.filters.between(*periods.last_months(end))
    part, found = satisfaction.part_of(kpis, filters)
    rows = {
        kpi_id: answers.kpi(kpi_id, filters=extent.within_data(kpi, part), rows=True)
        for kpi_id, kpi in kpis.items()
    }
    assert any(each and each[0]["n"] for each in rows.values())
    spoken = comparisons.satisfaction_of(found)
    sentence = comparisons.satisfaction(spoken)
    texts = [t for c in spoken for t in (written(c.kpi, c.value), c.when, c.n)]
    gaps = [language.rate(a.value - b.value) for a in spoken for b in spoken if a.value is not None]
    assert numbers(sentence) <= numbers(*texts, *gaps)
    for c in spoken:
        assert c.n is None or c.n >= 10
        assert (
            c.n >= 30
            or _("no more than indicative") in sentence
            or language.number(c.n) in sentence
        )
        assert c.value == pytest.approx(value_of(c.kpi, rows[c.kpi.id][0]))
    if spoken:
        assert numbers(survey_scope(spoken[0].when, questions.answered(part))) <= numbers(
            spoken[0].when, questions.answered(part)
        )
