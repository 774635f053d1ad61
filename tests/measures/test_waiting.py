"""Curves of waits, hours of the week and acknowledgements, on rows worked out by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from service_quality.base import language
from service_quality.base.errors import UsageError
from service_quality.base.filters import Filters
from service_quality.base.settings import Settings
from service_quality.definitions import kpis
from service_quality.definitions.datasets import dataset
from service_quality.findings import replies, waiting
from service_quality.findings.waiting import Gap
from service_quality.measures.answers import Answers
from service_quality.ui import figures
from tests import bare

WAIT = kpis.catalogue()["reply_time"]
MONDAY = datetime(2024, 3, 4, 10)
S = language.SPACE


def _answers(
    folder: Path, rows: list[dict], until: datetime | None = None, without: tuple[str, ...] = ()
) -> Answers:
    warehouse = bare.memory(folder)
    of = dataset("emails")
    mask = bare.mask(warehouse, "emails", set(of.by_name) - set(without))
    common = {"source": "s", "upload_id": "u", "mapped": mask}
    bare.insert(warehouse, "emails", [{**common, **row} for row in rows])
    times = [row[key] for row in rows for key in row if key.endswith("_at") and row[key]]
    bare.observe(warehouse, "emails", {"s": until or max(times)})
    return Answers(warehouse, Settings())


def _mail(minutes: float | None, at: datetime = MONDAY, **more: object) -> dict:
    replied = None if minutes is None else at + timedelta(minutes=minutes)
    return {"received_at": at, "replied_at": replied, **more}


def test_the_curve_by_hand(tmp_path: Path) -> None:
    # Three at risk: 1/3 answered at once after 30 s (to the minute: 1), the second's wait ends with
    # the data after two hours, the third was answered then.
    found = _answers(tmp_path, [_mail(0.5), _mail(None), _mail(120)])
    (row,) = found.waits("reply_time")
    assert row["times"] == [0, 1, 120]
    assert row["shares"] == pytest.approx([0, 1 / 3, 2 / 3])
    assert (row["n"], row["answered"], row["indicative"]) == (3, 2, True)
    assert row["within"][60] == pytest.approx(1 / 3)
    assert row["within"][240] is None, "nobody was observed for four hours"


def test_who_still_waits_has_waited_until_the_newest_time_of_the_data(tmp_path: Path) -> None:
    # Received at noon of the last day, when the data ends six hours later: a wait of six hours,
    # neither until today nor left out.
    last = datetime(2024, 3, 31, 12)
    rows = [_mail(60), _mail(None, last), {**_mail(30, last + timedelta(hours=5, minutes=30))}]
    found = _answers(tmp_path, rows)
    (row,) = found.waits("reply_time")
    assert row["times"] == [0, 30, 60, 360]
    (alone,) = found.waits("reply_time", (), Filters(date(2024, 3, 31), date(2024, 3, 31)))
    assert (alone["n"], alone["answered"], alone["times"][-1]) == (2, 1, 360)
    blocks = found.waits_by_hour("reply_time")["blocks"]
    assert [b["median"] for b in blocks] == [60, 30]


def test_curves_by_a_dimension_are_those_of_its_values_alone(tmp_path: Path) -> None:
    rows = [_mail(10, team="A"), _mail(20, team="A"), _mail(None, team="B"), _mail(30, team=None)]
    found = {r["team"]: r for r in _answers(tmp_path, rows).waits("reply_time", ("team",))}
    assert found["A"]["times"] == [0, 10, 20]
    assert found["A"]["shares"] == pytest.approx([0, 0.5, 1])
    assert found["B"]["answered"] == 0
    assert found[None]["shares"][-1] == 1
    one = Filters().only("team", ["A"])
    assert len(_answers(tmp_path, rows).waits("reply_time", ("team",), one)) == 1


def test_a_long_curve_has_few_steps_and_keeps_its_ends(tmp_path: Path) -> None:
    rows = [_mail(minutes) for minutes in range(1, 1001)] + [_mail(None)]
    (row,) = _answers(tmp_path, rows, MONDAY + timedelta(days=1)).waits("reply_time")
    assert len(row["times"]) <= 200
    assert (row["times"][0], row["times"][-1]) == (0, 1440)
    assert row["shares"][-1] == pytest.approx(1000 / 1001)
    steps = [b - a for a, b in zip(row["shares"], row["shares"][1:], strict=False)]
    assert max(steps) < 0.012
    # What the ladder says is read from the whole curve.
    assert row["within"][240] == pytest.approx(240 / 1001)


def test_only_times_have_a_curve(tmp_path: Path) -> None:
    found = _answers(tmp_path, [_mail(1)])
    for asked in (found.waits, found.waits_by_hour):
        with pytest.raises(UsageError, match="no time that customers wait"):
            asked("reply_rate")
    with pytest.raises(UsageError, match="dimension"):
        found.waits("reply_time", ("month",))
    assert found.waits("reply_time", (), Filters(date(2030, 1, 1))) == []
    empty = found.waits_by_hour("reply_time", Filters(date(2030, 1, 1)))
    assert (empty["arrivals"], empty["blocks"]) == ([], [])


def test_the_week_counts_by_the_stored_hour_and_blocks_grow_until_most_have_30(
    tmp_path: Path,
) -> None:
    # 20 at 10 h and 20 at 11 h of a Monday, 30 on Tuesday at 10 h: blocks of two hours have
    # 40 and 30; within one hour the usual block has but 20.
    rows = [_mail(10, MONDAY)] * 20 + [_mail(100, MONDAY + timedelta(hours=1))] * 20
    rows += [_mail(300, MONDAY + timedelta(days=1))] * 30
    week = _answers(tmp_path, rows).waits_by_hour("reply_time")
    counts = [(row["weekday"], row["hour"], row["n"]) for row in week["arrivals"]]
    assert counts == [(1, 10, 20), (1, 11, 20), (2, 10, 30)]
    assert week["hours"] == 2
    blocks = [(b["weekday"], b["hour"], b["n"], b["median"]) for b in week["blocks"]]
    assert blocks == [(1, 10, 40, 10), (2, 10, 30, 300)]
    found = waiting.week(week)
    assert waiting.arrivals(found) == "Busiest hour: Tuesday, 10:00–11:00 (30 cases)"
    assert waiting.longest_waits(found) == (
        f"Those of Tuesday, 10:00–12:00, wait longest: half of them 5{S}h or more"
    )
    # What the sentence names is what the picture frames.
    for figure in (figures.arrivals(week, found), figures.waits(week, found)):
        (frame,) = figure["layout"]["shapes"]
        assert (frame["x0"], frame["x1"], frame["y0"]) == (0.5, 1.5, -0.5)
    hover = figures.waits(week, found)["data"][0]["hovertext"]
    assert hover[0][:2] == [
        f"Monday, 10:00–12:00: half within 10{S}min (n = 40)",
        f"Tuesday, 10:00–12:00: half within 5{S}h (n = 30)",
    ]


def _week(*blocks: tuple[int, int, int, float | None]) -> dict:
    rows = [
        {"weekday": day, "hour": hour, "n": n, "median": wait, "indicative": n < 30}
        for day, hour, n, wait in blocks
    ]
    return {"arrivals": rows, "blocks": rows, "hours": 4}


def test_few_cases_never_name_the_longest_wait() -> None:
    found = waiting.week(_week((1, 8, 40, 60), (2, 8, 50, 90), (3, 12, 29, 9000)))
    assert (found.longest["weekday"], found.busiest["weekday"]) == (2, 2)
    alike = waiting.week(_week((1, 8, 40, 60), (2, 12, 29, 9000)))
    assert alike.longest is None
    assert "frame" not in figures.waits(_week((1, 8, 40, 60)), alike)["layout"]
    assert waiting.of_week(alike) is None
    assert "indicative" in figures.waits(_week((1, 8, 9, 60)), alike)["data"][0]["hovertext"][0][0]


def test_a_half_that_was_not_reached_is_the_longest_wait() -> None:
    week = _week((1, 8, 40, 60), (2, 12, 50, None))
    found = waiting.week(week)
    assert waiting.longest_waits(found) == (
        "Those of Tuesday, 12:00–16:00, wait longest: not half of them have an answer"
    )
    assert dict(waiting.of_week(found).numbers)["half are answered within"] == "not reached"
    heat = figures.waits(week, found)["data"][0]
    assert (heat["z"][1][1], heat["text"][1][1]) == (60, "…")
    assert waiting.week_key(week) == "“…”: not half of them have an answer yet."
    few = _week((1, 8, 29, 60), (2, 12, 50, 90))
    assert waiting.week_key(few) == "In brackets: fewer than 30 cases, indicative."
    assert figures.waits(few, waiting.week(few))["data"][0]["text"][0][0] == f"(1{S}h)"


def test_days_without_hours_have_no_picture_of_hours() -> None:
    assert waiting.week(_week((1, 0, 40, 60), (2, 0, 50, 90))) is None
    assert waiting.week(_week()) is None


def test_weekdays_are_in_the_language_of_the_reader() -> None:
    week = _week((1, 8, 40, 60), (2, 12, 50, 90))
    with language.using("fr"):
        figure = figures.waits(week, waiting.week(week))
        assert figure["layout"]["xaxis"]["ticktext"][:2] == ["lun.", "mar."]


def test_acknowledgements_are_counted_apart_and_no_reply(tmp_path: Path) -> None:
    acknowledged = {"acknowledged_at": MONDAY + timedelta(minutes=2)}
    rows = [_mail(None, **acknowledged), _mail(90, **acknowledged), _mail(90), _mail(None)]
    found = _answers(tmp_path, rows)
    row = found.acknowledged()
    assert row == {"n": 4, "acknowledged": 2, "nothing_else": 1, "median": 2}
    assert waiting.acknowledged(row) == (
        f"Acknowledged automatically: 2 of 4 e-mails (50.0%), half of those within 2{S}min."
        " That is no reply; without any other answer: 1."
    )
    assert found.waits("reply_time")[0]["answered"] == 2
    silent = _answers(tmp_path, rows, without=("acknowledged_at",)).acknowledged()
    assert silent["n"] == 0
    assert waiting.acknowledged(silent) == ""


def _curve(shares: dict[int, float | None], n: int = 100) -> dict:
    times = [0.0, *(float(t) for t in shares)]
    known = [0.0, *(0.0 if s is None else s for s in shares.values())]
    ends = {"low": [None] * len(times), "high": [None] * len(times)}
    counts = {"n": n, "answered": n, "indicative": n < 30}
    return {"times": times, "shares": known, "within": shares, **ends, **counts}


@pytest.mark.parametrize(
    ("now", "before", "gap", "words"),
    [
        ({60: 0.2, 1440: 0.6}, {60: 0.3, 1440: 0.5}, Gap(60, 0.2, 0.3), "Fewer had an answer"),
        ({60: 0.2, 1440: 0.9}, {60: 0.3, 1440: 0.5}, Gap(1440, 0.9, 0.5), "More had an answer"),
        (
            {60: 0.2, 1440: None},
            {60: 0.2, 1440: 0.5},
            None,
            "Time to reply: the share by time passed",
        ),
    ],
)
def test_the_title_of_the_curve_names_the_gap_that_is_marked(now, before, gap, words) -> None:
    curves = _curve(now), _curve(before)
    found = waiting.gap(*curves)
    assert found == gap
    assert waiting.curve(WAIT, found).startswith(words)
    names = zip(("2025", "2024"), curves, (figures.STYLES[0], figures.BEFORE), strict=True)
    layout = figures.curves(list(names), None, found)["layout"]
    if gap is None:
        assert "shapes" not in layout
    else:
        assert layout["shapes"][0]["x0"] == gap.minutes
        assert layout["annotations"][0]["text"].startswith(language.points(gap.now - gap.before))


def test_half_and_nine_in_ten_are_marked_where_they_are_reached() -> None:
    row = {"median": 90.0, "p90": None, "n": 100, "answered": 80}
    lines = [("2025", _curve({60: 0.4, 120: 0.8}), figures.STYLES[0])]
    marks = figures.curves(lines, row)["data"][-1]
    assert (marks["x"], marks["y"]) == ([90.0], [0.5])
    assert marks["text"] == [f"half: 1{S}h{S}30"]
    assert f"1{S}h{S}30" in replies.replies(WAIT, row)


def test_a_curve_of_few_says_so_and_no_two_curves_look_alike() -> None:
    few = _curve({60: 0.5}, n=12)
    (line, *_rest) = figures.curves([("A", few, figures.STYLES[0])] * 3)["data"]
    assert "indicative (n = 12)" in line["hovertext"][0]
    assert waiting.named(few | {"team": "A"}, "team") == "A (n = 12, indicative)"
    assert len({colour for colour, _dash in figures.STYLES}) == len(figures.STYLES)
    assert len({dash for _colour, dash in figures.STYLES}) == len(figures.STYLES)


def test_a_handful_of_curves_the_most_frequent_and_ours() -> None:
    rows = [
        {"brand": name, "n": n} for name, n in zip("ABCDEFG", (9, 8, 7, 6, 5, 4, 0), strict=True)
    ]
    assert waiting.largest(rows, "brand", None) == list("ABCDE")
    assert waiting.largest(rows, "brand", "F") == list("ABCDF")
    assert waiting.largest(rows, "brand", "G") == list("ABCDE")
    nameless = [*rows, {"brand": None, "n": 1}]
    assert waiting.largest(nameless, "brand", None) == list("ABCDE")
