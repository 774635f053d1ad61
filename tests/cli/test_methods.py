"""spc, waits and mix: the methods on a file of one's own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import vectors
from tests.cli.driving import CommandLine

# Mean 10, moves of 2 in the mean: limits 4.68 and 15.32.
CALM = [9, 10.5, 13, 11, 8.5, 10.5, 9.5, 8, 9, 11.5, 8.5, 11]


def series(sq: CommandLine, *values: object) -> Path:
    """Write a series by month from January 2024."""
    months = [f"{2024 + i // 12}-{1 + i % 12:02}-01" for i in range(len(values))]
    return sq.csv([{"date": m, "value": v} for m, v in zip(months, values, strict=True)])


# spc


def test_spc_gives_points_variation_and_assurance(sq: CommandLine) -> None:
    path = series(sq, *CALM, 10, 20)
    ran = sq.run("spc", path, "--target", "3", "--fix-after", "12", "--json")
    assert ran.code == 0, ran.err
    assert {k: ran.json[k] for k in ("variation", "assurance", "too_short")} == {
        "variation": "improvement",
        "assurance": "met",
        "too_short": False,
    }
    last = {"lower": pytest.approx(4.68), "upper": pytest.approx(15.32)}
    assert ran.json["points"][-1] == {
        **{"date": "2025-02-01", "value": 20, "mean": 10},
        **last,
        **{"rule": "outside", "verdict": "improvement"},
    }
    assert ran.json["points"][0]["rule"] is None
    assert ran.json["points"][0]["verdict"] == "ordinary"


def test_spc_knows_what_is_better(sq: CommandLine) -> None:
    path = series(sq, *CALM, 20)
    said = {
        better: sq.run("spc", path, "--better", better, "--target", "30", "--json").json
        for better in ("higher", "lower", "neither")
    }
    assert [(s["variation"], s["assurance"]) for s in said.values()] == [
        ("improvement", "missed"),
        ("concern", "met"),
        ("high", None),
    ]


def test_spc_screens_freezes_and_rebases_as_told(sq: CommandLine) -> None:
    def upper(*words: str) -> list[float]:
        points = sq.run("spc", path, *words, "--json").json["points"]
        return [points[0]["upper"], points[-1]["upper"]]

    # 22 moves of 2 in the mean and one of 29: all are 73 / 23 = 3.17 in the mean, and 29 is over
    # 3.267 times that.
    path = series(sq, *CALM, *(value + 31 for value in CALM))
    assert upper() == pytest.approx([25.5 + 5.32] * 2)
    assert upper("--no-screen") == pytest.approx([25.5 + 2.66 * 73 / 23] * 2)
    assert upper("--fix-after", "12") == pytest.approx([15.32] * 2)
    assert upper("--rebase", "2025-01-01") == pytest.approx([15.32, 46.32])
    # A day between two points starts with the next one.
    assert upper("--rebase", "2024-12-15") == pytest.approx([15.32, 46.32])
    alone = upper("--rebase", "2024-12-15", "--rebase", "2025-11-02")
    assert alone == [pytest.approx(15.32), None], "one value has no limits"


def test_rows_are_put_in_the_order_of_their_dates_and_an_empty_cell_is_a_gap(
    sq: CommandLine,
) -> None:
    path = sq.file("value,date\n11,2024-02-01\n9,2024-01-01\n-,2024-03-01\n,2024-04-01\n")
    points = sq.run("spc", path, "--json").json["points"]
    assert [p["value"] for p in points] == [9, 11, None, None]
    assert [p["date"][5:7] for p in points] == ["01", "02", "03", "04"]
    assert [p["verdict"] for p in points] == ["ordinary"] * 4


def test_a_file_of_a_french_spreadsheet(sq: CommandLine) -> None:
    lines = [f"01/{1 + i % 12:02}/{2023 + i // 12};{'9,5' if i % 2 else '10,5'}" for i in range(15)]
    path = sq.file("\r\n".join(["Date;Valeur", *lines]).encode("cp1252"))
    points = sq.run("spc", path, "--target", "9,5", "--json").json["points"]
    assert [p["date"] for p in points[:3]] == ["2023-01-01", "2023-02-01", "2023-03-01"]
    assert points[0]["mean"] == pytest.approx((8 * 10.5 + 7 * 9.5) / 15)


def test_a_date_that_the_file_does_not_tell_is_asked_for(sq: CommandLine) -> None:
    path = sq.file("date,value\n02/03/2024,1\n04/05/2024,2\n")
    ran = sq.run("spc", path, "--json")
    assert (ran.code, ran.out) == (1, "")
    assert "--dates date=day-first" in ran.err
    for word in ("day-first", "%d/%m/%Y"):
        told = sq.run("spc", path, "--dates", f"date={word}", "--json")
        assert [p["date"] for p in told.json["points"]] == ["2024-03-02", "2024-05-04"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("date,value\n2024-01-01,5\n2024-02-01,five\n", ("row 2", "“value”", "“five”")),
        ("date,value\n2024-01-01,5\nsoon,6\n", ("row 2", "“date”", "“soon”")),
        ("date,value\n2024-01-01,5\n,6\n", ("row 2", "“date”", "empty")),
        ("date,value\n2024-01-01,5\n2024-01-01,6\n", ("row 2", "2024-01-01", "row 1")),
        ("date,value\n2024-01-01,inf\n", ("row 1", "“inf”")),
        ("day,score\n2024-01-01,5\n", ("no column value", "day, score")),
        ("", ("empty",)),
    ],
)
def test_what_cannot_be_read_is_named_and_refused(
    sq: CommandLine, text: str, named: tuple[str, ...]
) -> None:
    ran = sq.run("spc", sq.file(text), "--json")
    assert (ran.code, ran.out) == (1, "")
    assert all(word in ran.err for word in named), ran.err


@pytest.mark.parametrize(
    "words",
    [
        ("--better", "more"),
        ("--target", "much"),
        ("--target", "nan"),
        ("--fix-after", "1"),
        ("--rebase", "soon"),
        ("--rebase", "2030-01-01"),
        ("--dates", "day=%d/%m/%Y"),
    ],
)
def test_words_that_make_no_sense_are_wrong_usage(sq: CommandLine, words: tuple[str, str]) -> None:
    ran = sq.run("spc", series(sq, 1, 2, 3), *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err


def test_the_table_gives_no_verdict_on_a_short_series(sq: CommandLine) -> None:
    short = sq.run("spc", series(sq, 1, 2, 3)).out
    assert "too short to judge" in short
    assert "variation" not in short
    assert "variation: ordinary" in sq.run("spc", series(sq, *CALM, 9)).out


# waits


def test_waits_by_hand(sq: CommandLine) -> None:
    # Five at first: 4/5 still wait after 2, nobody is answered at 3, 4/5 · 2/3 after 5.5.
    path = sq.file("Heures;Répondu\n2;oui\n3;non\n5,5;1\n9;0\n9;faux\n")
    ran = sq.run("waits", path, "--json")
    assert ran.code == 0, ran.err
    assert [(c["hours"], c["answered"]) for c in ran.json["curve"]] == [
        (hours, pytest.approx(share))
        for hours, share in [(0, 0), (2, 0.2), (3, 0.2), (5.5, 7 / 15), (9, 7 / 15)]
    ]
    assert (ran.json["median"], ran.json["p90"]) == (None, None)
    assert (ran.json["n"], ran.json["answered"]) == (5, 2)
    assert "median: –" in sq.run("waits", path).out


def test_the_band_of_waits_ends_with_them(sq: CommandLine) -> None:
    ran = sq.run("waits", sq.file("hours,replied\n1,1\n2,1\n"), "--json")
    assert (ran.json["median"], ran.json["p90"]) == (1, 2)
    first, half, last = ran.json["curve"]
    assert (first["low"], first["high"]) == (0, 0)
    assert 0 < half["low"] < 0.5 < half["high"] < 1
    assert (last["answered"], last["low"], last["high"]) == (1, None, None)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("hours,replied\n1,1\n-2,1\n", ("row 2", "“hours”", "-2", "negative")),
        ("hours,replied\n1,1\n2,\n", ("row 2", "“replied”", "empty")),
        ("hours,replied\n1,1\n2,maybe\n", ("row 2", "“replied”", "maybe")),
        ("hours,replied\n", ("no rows",)),
    ],
)
def test_waits_that_cannot_be_read(sq: CommandLine, text: str, named: tuple[str, ...]) -> None:
    ran = sq.run("waits", sq.file(text))
    assert (ran.code, ran.out) == (1, "")
    assert all(word in ran.err for word in named), ran.err


# mix


def test_mix_by_hand(sq: CommandLine) -> None:
    path = sq.file(
        "segment,period,n,rate\nchat,2025,3000,0.96\nphone,2025,3000,0.92\ne-mail,2025,4000,0.63\n"
        "chat,2024,6000,0.95\nphone,2024,3000,0.90\ne-mail,2024,1000,0.60\n"
    )
    ran = sq.run("mix", path, "--json")
    assert ran.code == 0, ran.err
    names = ("before", "after", "total", "within", "mix")
    found = [ran.json[name] for name in names]
    assert found == pytest.approx([0.9, 0.816, -0.084, 0.018, -0.102])
    assert (ran.json["from"], ran.json["to"]) == ("2024", "2025")
    assert [s["segment"] for s in ran.json["segments"]] == ["chat", "phone", "e-mail"]
    assert sum(s["within"] for s in ran.json["segments"]) == pytest.approx(0.018)
    assert sum(s["mix"] for s in ran.json["segments"]) == pytest.approx(-0.102)


def test_a_segment_that_is_new_is_mix_however_the_file_says_it(sq: CommandLine) -> None:
    head = "segment,period,n,rate\nold,before,50,0.8\nold,after,50,0.9\nnew,after,50,0.5\n"
    for line in ("", "new,before,0,\n", "new,before,0,0.7\n"):
        ran = sq.run("mix", sq.file(head + line), "--json")
        # .1 · (1 + .5) / 2, and the rest of .7 − .8.
        assert (ran.json["within"], ran.json["mix"]) == pytest.approx((0.075, -0.175))
        assert (ran.json["from"], ran.json["to"]) == ("before", "after"), "as the file has them"


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ("a,2024,5,0.5\n", ("1 period", "2024")),
        ("a,1,5,1\na,2,5,1\na,3,5,1\n", ("3 periods", "1, 2, 3")),
        ("a,1,5,1\na,2,5,\n", ("row 2", "“rate”", "empty")),
        ("a,1,5,1\na,2,-5,1\n", ("row 2", "“n”", "negative")),
        ("a,1,5,1\na,1,6,1\na,2,5,1\n", ("row 2", "“a”", "row 1")),
        ("a,1,0,1\na,2,5,1\n", ("no cases",)),
    ],
)
def test_segments_that_cannot_be_compared(
    sq: CommandLine, rows: str, named: tuple[str, ...]
) -> None:
    ran = sq.run("mix", sq.file("segment,period,n,rate\n" + rows), "--json")
    assert (ran.code, ran.out) == (1, "")
    assert all(word in ran.err for word in named), ran.err


# From outside


def test_the_commands_agree_with_the_vectors(sq: CommandLine) -> None:
    name = "ae_RAS_breaches_rebase_fix12"
    (case,) = vectors.cases("spc_xmr/spc_cases_real_ae.csv", "case_id")[name]
    points = vectors.cases("spc_xmr/spc_points_real_ae.csv", "case_id")[name]
    path = sq.csv([{"date": p["date"], "value": p["value"]} for p in points])
    words = ("--better", "lower", "--target", case["target"], "--fix-after", "12")
    ran = sq.run("spc", path, *words, "--rebase", case["rebase_dates"], "--json").json
    assert [p["mean"] for p in ran["points"]] == pytest.approx([float(p["mean"]) for p in points])
    ordinary = [p["special_cause_type"] == "Common Cause" for p in points]
    assert [p["rule"] is None for p in ran["points"]] == ordinary
    assert not all(ordinary)

    waits = sq.csv(vectors.cases("response_times/reply_times_input.csv")["slow"])
    assert sq.run("waits", waits, "--json").json["median"] == 40.45

    given = vectors.cases("yoy/mix_decomposition_input.csv")["ucb"]
    names = {"segment": "segment", "pop": "period", "size": "n", "rate": "rate"}
    path = sq.csv([{names[k]: v for k, v in row.items() if k in names} for row in given])
    ran = sq.run("mix", path, "--json").json
    rows = vectors.cases("yoy/mix_decomposition.csv")["ucb"]
    expected = {row["factor"]: float(row["diff"]) for row in rows}
    assert ran["within"] == pytest.approx(expected["rate"])
    assert ran["mix"] == pytest.approx(expected["segment_struct"])


def test_spc_waits_for_no_heavy_library(sq: CommandLine) -> None:
    code = (
        "import sys, service_quality.cli.main as c;"
        f"assert c.main(['spc', {str(series(sq, 1, 2))!r}]) == 0; print(*sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"streamlit", "scipy", "statsmodels", "pandera", "polars", "plotly"}
    assert not heavy & set(ran.stdout.split())
