"""A walk over the pages of generated companies: what one part of a page says, the others hold.

Sentence, scorecard, chart title, drawn line and table are set against each other by their
numbers, and against what the command line prints of the same rows and days. A company has the
mails, tickets and surveys of three worlds, each of its own months, brands and systems.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from service_quality.base import language, periods
from service_quality.base.filters import Filters
from service_quality.base.language import _
from service_quality.cli import commands, parser
from service_quality.cli.run import Run
from service_quality.definitions.kpis import Kpi
from service_quality.findings import (
    asking,
    extent,
    overview,
    promised,
    questions,
    replies,
    satisfaction,
    wording,
)
from service_quality.findings.comparisons import value_of, written
from service_quality.findings.names import shown as entity
from service_quality.measures.answers import Answers
from service_quality.ui.figures.axes import ACCENT
from service_quality.ui.frame import data
from service_quality.ui.frame.memory import Memory
from tests.findings.test_walk import claims, numbers, read
from tests.findings.worlds import SETTINGS, drawn, filled
from tests.pages.conftest import ROOT, open_all
from tests.pages.reading import bodies, everything, finding, scorecard, texts_of_html

pytestmark = pytest.mark.slow  # many worlds, or many kinds of damage

# Of eighty companies, as many as a run of all tests has time for: some had shown a fault.
COMPANIES = (1, 9, 12, 16, 32, 34)
SINCE = {"valid_from": datetime(2024, 1, 1), "source": "test"}
PROMISES: list[dict[str, Any]] = [
    SINCE | {"promise_id": name, "statement": statement, "kpi": kpi, "target": target}
    for name, statement, kpi, target in (
        ("answer", "Every mail gets an answer.", "reply_rate", 0.8),
        ("due", "Your ticket is solved in time.", "resolved_in_time", 0.5),
        ("happy", "You will be satisfied.", "csat", 0.7),
    )
]
MOVED = ("better, not chance", "worse, not chance", "higher, not chance", "lower, not chance")
Row = dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """A chart of a page: its title, its lines, and the table beneath it."""

    title: str
    figure: Row
    table: list[Row]


@dataclass(frozen=True)
class Company:
    """Three worlds in one warehouse, their pages and their command line."""

    number: int
    tag: str
    answers: Answers

    def one(self, *kinds: str, measures: tuple[str, ...] = ()) -> Kpi:
        """Return one of the measures of these kinds of data, another one for each company."""
        found = [kpi for kpi in questions.kpis().values() if kpi.dataset in kinds]
        found = [kpi for kpi in found if not measures or kpi.measure in measures]
        return found[self.number % len(found)]

    def page(self, name: str, **query: str) -> AppTest:
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
        at.switch_page(f"pages/{name}.py")
        at.query_params["lang"] = self.tag
        for key, value in query.items():
            at.query_params[key] = value
        at.run()
        assert not at.exception
        assert not at.error
        return at

    def cli(self, *argv: str, filters: Filters | None = None) -> Any:
        """Return what a command prints as JSON, of the days of these filters."""
        days = [f"--from={filters.start}", f"--to={filters.end}"] if filters else []
        arguments = parser.parser().parse_args([*argv, *days, "--json"])
        out, here = io.StringIO(), Path()
        hold = partial(_held, self.answers)
        place = Run(here, SETTINGS, hold, here, "test", out, io.StringIO())
        assert commands.BY_NAME[arguments.name](arguments, place) == 0
        return json.loads(out.getvalue())

    def row(self, kpi: Kpi, filters: Filters) -> Row:
        """Return what the command line prints; it does not know sources with days of their own."""
        rows = self.cli("kpi", kpi.id, filters=filters)["rows"]
        if filters.own:
            rows = self.answers.kpi(kpi.id, filters=filters, rows=True)
        return next(iter(rows), {})


@contextmanager
def _held(answers: Answers) -> Iterator[Any]:
    yield answers.warehouse


@pytest.fixture(scope="module", params=COMPANIES)
def company(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Company]:
    worlds = [drawn(3 * request.param + kind) for kind in range(3)]
    answers = filled(tmp_path_factory.mktemp("company"), worlds, PROMISES)
    source = data.Source(answers, Path(), 1, example=False)
    # As pages: English is written as the default where no browser says which.
    locale = "fr" if worlds[0].tag == "fr" else None
    with pytest.MonkeyPatch.context() as patch, language.using(locale):
        patch.setattr(data, "_memory", Memory(0))
        patch.setattr(data, "_choose", lambda _pinned: source)
        # Forms ask the time of the folder that they would write to.
        patch.setenv("SERVICE_QUALITY_DATA", str(tmp_path_factory.mktemp("own")))
        open_all(patch)
        with asking.asking(answers):
            yield Company(request.param, worlds[0].tag, answers)
    answers.warehouse.close()


def charts(at: AppTest) -> list[Chart]:
    """Return the charts of a page with their tables, in their order."""
    found: list[Chart] = []
    title, figure = "", None
    for element in _elements(at.main):
        if element.type == "html" and 'class="chart"' in element.proto.body:
            (title,) = texts_of_html(element.proto.body)
        elif element.type == "plotly_chart":
            figure = json.loads(element.proto.spec)
        elif element.type == "dataframe" and figure is not None:
            found.append(Chart(title, figure, records(element)))
            figure = None
    return found


def _elements(block: Any) -> Iterator[Any]:
    for child in block.children.values():
        if hasattr(child, "children"):
            yield from _elements(child)
        else:
            yield child


def records(element: Any) -> list[Row]:
    """Return the rows of a table; an empty cell is None."""
    rows = element.value.to_dict("records")
    return [{key: None if v != v else v for key, v in row.items()} for row in rows]


def figures_of(kpi: Kpi, *rows: Mapping[str, Any]) -> list[str]:
    """Return every figure of rows of a KPI, as pages write it."""
    found = []
    for row in rows:
        found += [written(kpi, row.get(key)) for key in ("value", "median", "p90", "low", "high")]
        found += [language.number(row.get("n")), language.rate(replies.never(dict(row)))]
    return found


def shown_period(*kpis: Kpi) -> Filters:
    """Return the period that a page on these measures opens with."""
    return Filters().between(*periods.year_to(extent.reaches(*kpis)))


def scorecard_agrees(company: Company, at: AppTest, filters: Filters) -> dict[str, Kpi]:
    """Hold each line of a scorecard against the command line; return the measures that moved."""
    if not any('class="score"' in body for body in bodies(at)):
        return {}
    known, moved = {kpi.title: kpi for kpi in questions.kpis().values()}, {}
    for title, line in scorecard(at).items():
        kpi = known[title]
        row = company.row(kpi, extent.within_data(kpi, filters))
        value = value_of(kpi, row) if row else None
        if value is not None:
            assert line["now"] == written(kpi, value), title
        if row.get("n") is not None and not row["suppressed"]:
            assert language.number(row["n"]) == line["n"].split("\n")[0].split(" ")[0], title
        assert not line["change"].startswith(("▲ 0.0", "▼ 0.0", "▲ 0,0", "▼ 0,0"))
        if line["verdict"] in map(_, MOVED):
            moved[title] = kpi
    return moved


def test_overview_says_what_its_scorecard_and_the_command_line_say(company: Company) -> None:
    at = company.page("overview")
    tiles = [kpi for kpi in questions.kpis().values() if kpi.tile]
    moved = scorecard_agrees(company, at, shown_period(*tiles))
    sentence = finding(at)
    # "answered within 24 h" is the sentence of one measure and reads as that of "answered" too.
    claimed = sorted((kpi for kpi in tiles if claims(sentence, kpi)), key=lambda k: len(k.level))[
        -1:
    ]
    assert {kpi.title for kpi in claimed} <= set(moved)
    assert claimed or len(moved) != 1
    held = []
    for kpi in moved.values():
        trend = company.answers.trend(kpi.id)
        held += [written(kpi, v) for m in trend.months for v in (m.value, m.mean)]
        held += [language.month(m.month) for m in trend.months]
    rest = everything(at).replace(sentence, "")
    held += [wording.promise(kpi) for kpi in tiles]
    found = overview.overview(tiles, shown_period(*tiles))
    judged = sum(line.tile.chance is not None for line in found.lines) if found else 0
    assert numbers(sentence) <= numbers(rest, len(moved), judged, *held), sentence
    who_is_weakest_agrees(company, sentence, claimed, shown_period(*tiles))


def who_is_weakest_agrees(
    company: Company, sentence: str, claimed: list[Kpi], filters: Filters
) -> None:
    """Hold whom a sentence names against the rows of the command line by brand."""
    told = read(sentence, "{name} is weakest.", "{name} does worse than the others.")
    if not told:
        return
    (kpi,), name = claimed, told["name"].split(". ")[-1]
    part = extent.within_data(kpi, filters)
    rows = company.cli("kpi", kpi.id, "--by=brand", filters=part)["rows"]
    if part.own:  # the command line does not know of sources with days of their own
        rows = company.answers.kpi(kpi.id, ["brand"], part, rows=True)
    values = {
        entity(row["brand"], "brand"): row["value"] for row in rows if row["value"] is not None
    }
    worst_first = sorted(values, key=lambda each: values[each], reverse=kpi.better == "lower")
    assert next(row["n"] for row in rows if entity(row["brand"], "brand") == name) >= 30
    assert name == worst_first[0] or ("weakest" not in told["text"] and name != worst_first[-1])


def test_trends_draws_says_and_lists_the_months_of_the_command_line(company: Company) -> None:
    kpi = company.one("emails", "tickets", "surveys")
    at = company.page("trends", kpi=kpi.id)
    by_month = {row["month"]: row for row in company.cli("kpi", kpi.id, "--by=month")["rows"]}
    values = {month: value_of(kpi, row) for month, row in by_month.items()}
    months = extent.months(Filters().between(*periods.last_months(extent.reaches(kpi))))
    if not charts(at):
        assert not any(values.get(month) is not None for month in months)
        return
    chart = charts(at)[0]
    told = [row for row in chart.table if row["month"] in by_month]
    for row in told:
        theirs = values[row["month"]]
        cell = row["median"] if kpi.measure == "duration" else row["value"]
        if theirs is not None and cell is not None and kpi.measure == "duration":
            assert cell == pytest.approx(theirs / 60, abs=0.01)
        elif theirs is not None and cell is not None:
            assert written(kpi, cell) == written(kpi, theirs)
    for line in chart.figure["data"]:
        # A change of method breaks the line into pieces.
        if line.get("mode") == "lines+markers" and line["line"]["color"] == ACCENT:
            for month, value in zip(months[-len(line["y"]) :], line["y"], strict=True):
                assert value is None or value == pytest.approx(values[month])
    shown = {month: values.get(month) for month in months if values.get(month) is not None}
    text = "{kpi}: highest in {high} ({most}), lowest in {low} ({least})"
    if title := read(chart.title, text):
        assert title["most"] == written(kpi, max(shown.values()))
        assert title["least"] == written(kpi, min(shown.values()))
        names = {language.month(month): written(kpi, value) for month, value in shown.items()}
        assert (names[title["high"]], names[title["low"]]) == (title["most"], title["least"])
    trend = company.answers.trend(kpi.id)
    held = figures_of(kpi, *by_month.values())
    held += [written(kpi, m.mean) for m in trend.months]
    held += [language.month(month) for month in by_month]
    held += [wording.promise(kpi), wording.words(kpi.level)]
    held += [written(kpi, sum(shown.values()))]  # a count of the whole period
    sentence = finding(at)
    assert numbers(sentence) <= numbers(everything(at).replace(sentence, ""), *held)


def test_rankings_names_who_stands_where_the_command_line_has_them(company: Company) -> None:
    at = company.page("rankings")
    tables = [records(each) for each in at.dataframe if "rank" in each.value]
    if not tables:
        return
    chosen = {box.label: box.value for box in at.selectbox}
    kpi = questions.rankable()[chosen[_("Measure")]]
    year, by, min_n = chosen[_("Year")], chosen[_("Rank by")], at.number_input[0].value
    found = company.cli("ranking", kpi.id, f"--year={year}", f"--by={by}", f"--min-n={min_n}")
    theirs = [(entity(row["entity"], found["by"]), row["rank"], row["n"]) for row in found["rows"]]
    ours = [(row["entity"], row["rank"], row["n"]) for row in tables[-1]]
    assert ours == theirs
    sentence = finding(at)
    for row in found["rows"]:
        row["score_now"], row["score_then"] = (
            written(kpi, row[k]) for k in ("score", "prior_score")
        )
    held = [value for row in found["rows"] for value in row.values()]
    held += [abs(row["places_lost"] or 0) for row in found["rows"]]
    counts = range(len(found["rows"]) + 1)
    # 10: of fewer answers nothing is shown.
    assert numbers(sentence) <= numbers(*held, *counts, year, int(year) - 1, found["of"], 10)
    told = "{name} fell furthest: {path} on “{kpi}”, {before} to {year}."
    if fell := read(sentence, told):
        row = next(
            row for row in found["rows"] if entity(row["entity"], found["by"]) == fell["name"]
        )
        assert row["places_lost"] == max(each["places_lost"] or 0 for each in found["rows"])


def test_replies_says_half_and_never_as_the_command_line_does(company: Company) -> None:
    kpi = company.one("emails", "tickets", measures=("duration",))
    at = company.page("replies", kpi=kpi.id)
    row = company.row(kpi, extent.within_data(kpi, shown_period(kpi)))
    if not at.metric:
        assert not row.get("n")
        return
    never = language.rate(replies.never(row))
    wanted = [language.duration(row[key]) for key in ("median", "p90")]
    for metric, value in zip(at.metric, [*wanted, never], strict=True):
        assert numbers(metric.value) <= numbers(value)
    sentence = finding(at)
    assert numbers(sentence) <= numbers(*wanted, never)
    assert language.number(row["n"]) in everything(at)
    ladder = next(chart for chart in charts(at) if "step" in chart.table[0])
    shares = [language.rate(step["share"]) for step in ladder.table]
    assert numbers(ladder.title) <= numbers(*shares, 24)
    shares = [step["share"] for step in ladder.table]
    assert sum(shares) == pytest.approx(1, abs=1e-6) or shares[:-2] == sorted(shares[:-2])


def test_satisfaction_says_what_its_scorecard_and_the_command_line_say(company: Company) -> None:
    at = company.page("satisfaction")
    known = questions.kpis(*satisfaction.SURVEYS)
    filters = Filters().between(*periods.last_months(extent.reaches(*known.values())))
    part, _found = satisfaction.part_of(known, filters)
    scorecard_agrees(company, at, part)
    sentence = finding(at)
    best, top = (
        company.row(known[name], extent.within_data(known[name], part)).get("value") or 0.0
        for name in ("csat", "csat_top1")
    )
    rest = everything(at).replace(sentence, "")
    assert numbers(sentence) <= numbers(rest, 10, language.rate(round(best, 3) - round(top, 3)))
    for chart in charts(at):
        for row in chart.table:
            assert row.get("n") is None or row["n"] >= 10 or row.get("value") is None


def test_promises_says_what_the_command_line_says(company: Company) -> None:
    at = company.page("promises")
    measured = promised.period()
    assert measured
    part = promised.promised(Filters().between(*measured)).part
    theirs = {
        row["promise"]: row
        for row in company.cli("kpi", "promise_kept", "--by=promise", filters=part)["rows"]
    }
    held: list[object] = [10, len(PROMISES)]
    listed = next(records(each) for each in at.dataframe if "words" in each.value)
    for line, promise in zip(listed, PROMISES, strict=True):
        assert line["words"] == promise["statement"]
        row = theirs.get(promise["promise_id"], {"n": 0, "value": None})
        if part.own:
            continue
        assert line["due"] == row["n"]
        assert line["value"] == (row["value"] and pytest.approx(row["value"], abs=6e-4))
        if row["n"]:
            assert language.rate(row["value"]) in everything(at)
            # Never a verdict against the value, and none of what is too close to say.
            kept = row["low"] >= promise["target"]
            broken = row["high"] < promise["target"]
            assert kept or line["verdict"] != _("kept")
            assert broken or line["verdict"] != _("not kept")
        held += [language.rate(row["value"]), language.number(row["n"])]
    links = [row for each in at.dataframe if "share" in each.value for row in records(each)]
    assert sum(row["share"] for row in links) == pytest.approx(1 if links else 0, abs=0.002)
    # The table has them to a tenth: what is a half there was rounded from either side.
    held += [language.rate(row["share"] + d, 0) for row in links for d in (-0.0005, 0.0005)]
    perfect = company.cli("kpi", "perfect_contact", filters=part)["rows"]
    held += [language.rate(row["value"]) for row in perfect]
    held += [language.number(row["n"]) for row in perfect]
    sentence = finding(at)
    assert numbers(sentence) <= numbers(everything(at).replace(sentence, ""), *held)
