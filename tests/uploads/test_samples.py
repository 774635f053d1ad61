"""Holds the example exports to their script, and to the story that their README tells."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import polars as pl
import pytest

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
CSVS = ("emails", "surveys", "totals", "rankings", "deliveries", "promises", "events")
OURS = "Séphanie"


@pytest.fixture(scope="module")
def made_anew(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    script = str(SAMPLES / "make_samples.py")
    subprocess.run([sys.executable, "-B", script, str(folder)], check=True)
    return folder


@cache
def table(name: str) -> pl.DataFrame:
    return pl.read_csv(SAMPLES / f"{name}.csv", try_parse_dates=True, infer_schema_length=None)


@cache
def tickets() -> pl.DataFrame:
    return pl.read_parquet(SAMPLES / "tickets.parquet")


def by_year(frame: pl.DataFrame, at: str, value: pl.Expr) -> dict[int, float]:
    years = frame.group_by(pl.col(at).dt.year().alias("year")).agg(value.alias("value"))
    return dict(years.sort("year").iter_rows())


@pytest.mark.parametrize("name", CSVS)
def test_script_writes_the_committed_csv(made_anew: Path, name: str) -> None:
    assert (made_anew / f"{name}.csv").read_bytes() == (SAMPLES / f"{name}.csv").read_bytes()


def test_script_writes_the_committed_parquet(made_anew: Path) -> None:
    assert pl.read_parquet(made_anew / "tickets.parquet").equals(tickets())


def test_files_are_small() -> None:
    assert sum(file.stat().st_size for file in SAMPLES.iterdir() if file.is_file()) <= 3_000_000


def test_readme_states_the_rows() -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    for name, frame in {"tickets": tickets(), **{name: table(name) for name in CSVS}}.items():
        line = next(line for line in readme.splitlines() if line.startswith(f"| `{name}."))
        assert line.endswith(f"| {frame.height:,} |")


def test_every_year_is_complete() -> None:
    emails = table("emails")
    each = emails.group_by("brand", pl.col("received_at").dt.year()).len()
    assert (each.height, set(each["len"]), each["brand"].n_unique()) == (768, {5}, 256)
    for frame, at in ((emails, "received_at"), (tickets(), "created_at")):
        assert frame.group_by(pl.col(at).dt.truncate("1mo")).len().height == 36
        assert f"{frame[at].max():%Y-%m-%d}" == "2025-12-31"
    # Each e-mail had its 30 days, each ticket its 24 hours, and the last answer ends the year.
    assert f"{emails['replied_at'].max():%Y-%m-%d}" == "2026-01-31"
    assert f"{tickets()['updated_at'].max():%Y-%m-%d}" == "2026-01-08"
    assert f"{table('surveys')['answered_at'].max():%Y-%m-%d}" == "2025-12-31"


def test_times_follow_each_other() -> None:
    pairs = {
        "emails": [("received_at", "acknowledged_at"), ("received_at", "replied_at")],
        "surveys": [("invited_at", "answered_at")],
        "tickets": [("created_at", "first_reply_at"), ("first_reply_at", "solved_at")],
    }
    for name, columns in pairs.items():
        frame = tickets() if name == "tickets" else table(name)
        for earlier, later in columns:
            assert frame.filter(pl.col(later) < pl.col(earlier)).is_empty()


def mystery_index() -> pl.DataFrame:
    """Return brand, year, score to one decimal, n: as the definition in words has it."""
    hours = (pl.col("replied_at") - pl.col("received_at")).dt.total_seconds() / 3600
    delay = (100 * (48 - hours) / 47).clip(0, 100)
    points = 0.4 * delay + 0.4 * pl.col("quality_mark") + 0.2 * pl.col("welcome_mark")
    score = pl.when(pl.col("replied_at").is_null()).then(0.0).otherwise(points)
    scored = table("emails").with_columns(
        score.alias("score"), year=pl.col("received_at").dt.year()
    )
    return scored.group_by("brand", "year").agg(
        pl.col("score").mean().round(1), n=pl.col("score").count()
    )


def test_number_one_falls_to_thirtieth() -> None:
    index = mystery_index()
    ranked = index.with_columns(
        rank=pl.col("score").rank("min", descending=True).over("year"),
        tied=pl.len().over("year", "score"),
    )
    ours = ranked.filter(pl.col("brand") == OURS).sort("year")
    assert ours["rank"].to_list() == [8, 1, 30]
    assert ours["score"].to_list() == [83.8, 88.3, 70.3]
    assert (set(ours["n"]), set(ours["tied"])) == ({5}, {1})
    unanswered = table("emails").filter(pl.col("brand") == OURS, pl.col("replied_at").is_null())
    assert unanswered["received_at"].dt.year().to_list() == [2025]


def test_fewer_answers_and_twice_the_spelling_errors() -> None:
    emails = table("emails")
    answered = by_year(emails, "received_at", pl.col("replied_at").is_not_null().mean())
    assert answered == pytest.approx({2023: 0.90, 2024: 0.795, 2025: 0.68}, abs=0.006)
    errors = by_year(emails, "received_at", pl.col("spelling_errors").mean())
    assert errors[2025] / errors[2023] == pytest.approx(2, abs=0.05)
    assert errors[2023] < errors[2024] < errors[2025]
    wait = pl.col("replied_at") - pl.col("received_at")
    assert 0 < emails.filter(wait > pl.duration(days=30)).height < 40
    assert 0 < emails["acknowledged_at"].count() < emails.height
    marks = pl.any_horizontal(
        pl.col("quality_mark", "welcome_mark", "spelling_errors").is_not_null()
    )
    assert emails.filter(pl.col("replied_at").is_null() & marks).is_empty()


def test_one_team_is_slow_in_one_channel() -> None:
    in_time = (pl.col("first_reply_at") - pl.col("created_at")) <= pl.duration(hours=24)
    year = pl.col("created_at").dt.year().alias("year")
    rates = tickets().group_by("team", "channel", year).agg(in_time.fill_null(False).mean())
    rate = {(team, channel, y): value for team, channel, y, value in rates.iter_rows()}
    change = {key[:2]: rate[*key[:2], 2025] - rate[*key[:2], 2024] for key in rate}
    assert len(change) == 16
    slow = ("Nantes", "E-mail")
    assert (rate[*slow, 2024], rate[*slow, 2025]) == pytest.approx((0.866, 0.592), abs=0.001)
    assert all(abs(moved) < 0.05 for cell, moved in change.items() if cell != slow)


def test_status_agrees_with_the_times() -> None:
    frame = tickets()
    done = pl.col("status").is_in(["solved", "closed"])
    assert frame.filter(done != pl.col("solved_at").is_not_null()).is_empty()
    assert set(frame["status"]) == {"open", "pending", "solved", "closed"}
    replied = pl.col("first_reply_at").is_not_null()
    assert frame.filter(replied != (pl.col("agent_replies") > 0)).is_empty()


def test_top_box_slides_while_two_top_boxes_hold() -> None:
    surveys = table("surveys")
    answers = surveys.filter(pl.col("csat").is_not_null())
    top2 = by_year(answers, "answered_at", (pl.col("csat") >= 4).mean())
    top1 = by_year(answers, "answered_at", (pl.col("csat") == 5).mean())
    assert top2 == pytest.approx(dict.fromkeys((2023, 2024, 2025), 0.78), abs=0.002)
    assert top1 == pytest.approx({2023: 0.410, 2024: 0.364, 2025: 0.301}, abs=0.001)
    given = answers.filter(pl.col("nps").is_not_null())
    score = 100 * ((pl.col("nps") >= 9).mean() - (pl.col("nps") <= 6).mean())
    nps = by_year(given, "answered_at", score)
    assert nps == pytest.approx({2023: 22.4, 2024: 18.1, 2025: 13.6}, abs=0.06)
    assert answers.height == surveys["answered_at"].count()
    assert 0.3 < answers.height / surveys.height < 0.45
    assert set(surveys["contact_id"]) <= set(tickets()["contact_id"])


def test_both_teams_rise_while_the_total_falls() -> None:
    totals = table("totals").with_columns(year=pl.col("month").cast(pl.String).str.slice(0, 4))
    assert set(totals["kpi"]) == {"parcel_on_time"}
    assert totals.filter(pl.col("kept") > pl.col("due")).is_empty()

    def rates(*keys: str) -> dict[str, float]:
        sums = totals.group_by(*keys, "year").agg(pl.col("kept").sum() / pl.col("due").sum())
        return {" ".join(row[:-1]): row[-1] for row in sums.iter_rows()}

    total = rates()
    assert total["2023"] > total["2024"] > total["2025"]
    for keys in (("team",), ("team", "channel")):
        parts = rates(*keys)
        for name in {key[:-5] for key in parts}:
            assert parts[f"{name} 2023"] < parts[f"{name} 2024"] < parts[f"{name} 2025"]


def test_rankings_tie_change_method_and_lack_ranks() -> None:
    rankings = table("rankings")
    place = ["publisher", "category", "year"]
    assert rankings.select(*place, "brand").is_unique().all()
    ties = rankings.filter(pl.col("rank").is_not_null()).group_by(*place, "rank").len()
    assert ties["len"].max() > 1
    rank = pl.col("score").rank("min", descending=True).over(place)
    assert rankings.filter(pl.col("rank") != rank).is_empty()
    methods = rankings.group_by("publisher", "category").agg(pl.col("method").n_unique())
    assert sorted(methods["method"]) == [1, 1, 2]
    no_rank = rankings.filter(pl.col("rank").is_null())
    assert set(no_rank["publisher"]) == {"The Quibblewick Index"}
    assert rankings.filter(pl.col("brand") == OURS).height == 6


def test_expectations_rise_and_what_they_get_does_not() -> None:
    answers = table("surveys").filter(pl.col("perceived").is_not_null())
    assert answers.height == table("surveys")["answered_at"].count()
    gap = by_year(answers, "answered_at", (pl.col("perceived") - pl.col("minimum")).mean())
    assert gap == pytest.approx({2023: 1.60, 2024: 1.17, 2025: 0.81}, abs=0.01)
    got = by_year(answers, "answered_at", pl.col("perceived").mean())
    assert max(got.values()) - min(got.values()) < 0.2
    assert answers.filter(pl.col("minimum") > pl.col("desired")).is_empty()


def test_the_satisfied_are_not_the_loyal() -> None:
    answers = table("surveys").filter(pl.col("would_return").is_not_null())
    share = answers.group_by("csat").agg((pl.col("would_return") == "yes").mean())
    returns = dict(share.iter_rows())
    assert (returns[5], returns[4]) == pytest.approx((0.92, 0.62), abs=0.005)


def test_the_unhappy_are_no_longer_called_back() -> None:
    unhappy = table("surveys").filter(
        pl.col("csat") <= 2, pl.col("answered_at") < pl.datetime(2025, 12, 24)
    )
    wait = pl.col("recontacted_at") - pl.col("answered_at")
    rate = by_year(unhappy, "answered_at", (wait <= pl.duration(days=7)).fill_null(False).mean())
    assert (rate[2024], rate[2025]) == pytest.approx((0.66, 0.36), abs=0.01)
    contacted = table("surveys").filter(pl.col("recontacted_at").is_not_null())
    assert contacted["csat"].max() == 2
    assert contacted.filter(wait < pl.duration(days=0)).is_empty()


def test_orders_belong_to_tickets_and_fewer_of_the_late_are_told() -> None:
    orders = table("deliveries")
    assert set(orders["contact_id"].drop_nulls()) <= set(tickets()["contact_id"])
    assert orders["order_id"].is_unique().all()
    told = by_year(
        orders.filter(pl.col("informed").is_not_null()),
        "promised_at",
        (pl.col("informed") == "yes").mean(),
    )
    assert (told[2024], told[2025]) == pytest.approx((0.61, 0.46), abs=0.01)
    # A thing that never came was neither right nor wrong.
    came = pl.col("delivered_at").is_not_null()
    assert orders.filter(came != pl.col("correct").is_not_null()).is_empty()


def test_one_promise_is_raised_and_one_is_measured_by_nothing() -> None:
    promises = table("promises")
    raised = promises.filter(pl.col("promise_id").is_duplicated())
    assert raised["target"].to_list() == ["85 %", "90 %"]
    lonely = promises.filter(pl.col("kpi").str.starts_with("totals."))["kpi"].to_list()
    assert lonely == ["totals.calls_answered"]
    assert "calls_answered" not in set(table("totals")["kpi"])
