"""Places of two years as lines: the falls, ours, and the rest in grey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log10
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.language import _
from service_quality.findings import ranking_rows
from service_quality.findings.comparisons import written
from service_quality.findings.names import shown as entity
from service_quality.ui.figures import axes
from service_quality.ui.figures.axes import ACCENT, FALL, GREY, note, text

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi
    from service_quality.measures.rankings.funnel import Funnel

Row = Mapping[str, Any]
Figure = dict[str, Any]
FEW = 10  # places of which each is named on an axis
LETTERS = 22  # of a name beside a drawing, so that a phone has room for both


def slope(
    rows: Sequence[Row],
    by: str,
    years: tuple[int, int],
    kpi: Kpi,
    focus: str | None = None,
    falls: int = 10,
) -> Figure:
    """Draw places of two years among those present in both: the largest falls, ours, the rest.

    Where no more are there than falls are named, all are.

    The lines stand in the order of those of both years; the numbers beside them are the places
    that the page shows everywhere. A band has no line: nobody knows its place.
    """
    both = [r for r in rows if None not in (r.get("places_lost"), r.get("rank_common"))]
    largest = sorted((r for r in both if r["places_lost"] > 0), key=lambda r: -r["places_lost"])
    named = {r["entity"] for r in largest[:falls]}
    traces, ends = [], []
    for row in sorted(both, key=lambda r: (r["entity"] == focus, r["entity"] in named)):
        ours = focus is not None and row["entity"] == focus
        fell = row["entity"] in named
        was, rank = row["prior_rank_common"], row["rank_common"]
        colour = ACCENT if ours else FALL if fell else GREY
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": [0, 1],
                "y": [was, rank],
                "line": {"color": colour, "width": 3 if ours or fell else 1},
                "opacity": 1 if ours or fell else 0.45,
                "marker": {"size": 7 if ours or fell else 4},
                "hoverinfo": "text",
                "hovertext": [_slope_hover(row, by, kpi, years)] * 2,
                "showlegend": False,
            }
        )
        if ours or fell or len(both) <= falls:
            name = entity(row["entity"], by)
            ends.append((rank, f"{row['rank']}  {name}", was, str(row["prior_rank"])))
    size = len(both)
    height = max(320, min(760, 60 + 17 * size))
    layout = axes.layout(height=height, right=170, left=48)
    gap = size * 16 / (height - 70) if size else 1
    layout["annotations"] = [
        *axes.spread(
            [(rank, words) for rank, words, _was, _then in ends],
            gap,
            x=1,
            anchor="left",
            highest=size,
        ),
        *axes.spread(
            [(was, then) for _rank, _words, was, then in ends],
            gap,
            x=0,
            anchor="right",
            highest=size,
        ),
    ]
    layout["xaxis"] |= {
        "range": [-0.02, 1.02],
        "tickmode": "array",
        "tickvals": [0, 1],
        "ticktext": [str(y) for y in years],
        "side": "top",
    }
    layout["yaxis"] |= {"range": [size + 0.8, 0.2], "visible": False}
    return {"data": traces, "layout": layout}


def _slope_hover(row: Row, by: str, kpi: Kpi, years: tuple[int, int]) -> str:
    lines = [text(entity(row["entity"], by))]
    for year, rank, score, n in (
        (years[0], "prior_rank", "prior_score", "prior_n"),
        (years[1], "rank", "score", "n"),
    ):
        words = _("{year}: place {place}, {score}, n = {n}")
        lines.append(
            words.format(
                year=year,
                place=row[rank],
                score=written(kpi, row.get(score)),
                n=language.number(row.get(n)),
            )
        )
    if places := ranking_rows.plausible(row):
        lines.append(_("plausible true place {places}").format(places=places))
    if row.get("indicative"):
        lines.append(_("indicative"))
    return "<br>".join(lines)


def ranges(rows: Sequence[Row], of: int, kpi: Kpi, focus: str | None = None) -> Figure:
    """Draw the place of each row as a dot on the bar of its plausible places, the first on top.

    A row with a `label` has it at its side; others have their place and their name.
    """
    traces: list[Figure] = []
    for at, row in enumerate(rows):
        ours = focus is not None and row["value"] == focus
        fell = (row.get("places_lost") or 0) > 0
        colour = ACCENT if ours else FALL if fell else GREY
        hover = _("{name}: place {place}, plausible {places}, {score}, n = {n}").format(
            name=row["entity"],
            place=row["place"],
            places=ranking_rows.plausible(row),
            score=written(kpi, row["score"]),
            n=language.number(row["n"]),
        )
        shared = {"type": "scatter", "hoverinfo": "text", "showlegend": False, "cliponaxis": False}
        bar = {"x": [row["rank_low"], row["rank_high"]], "y": [at, at], "mode": "lines"}
        style = {"line": {"color": colour, "width": 9}, "opacity": 0.35}
        traces.append({**shared, **bar, **style, "hovertext": [text(hover)] * 2})
        dot = {"x": [row["rank"]], "y": [at], "mode": "markers"}
        traces.append(
            {**shared, **dot, "marker": {"color": colour, "size": 11}, "hovertext": [text(hover)]}
        )
    layout = axes.layout(height=70 + 26 * len(rows), right=24)
    layout["xaxis"] |= {"range": [1 - 0.03 * of, of + 0.03 * of], "side": "top", "showgrid": True}
    layout["xaxis"] |= {"tickmode": "array", "tickvals": _place_ticks(of)}
    layout["yaxis"] |= {
        "tickmode": "array",
        "tickvals": list(range(len(rows))),
        "ticktext": [
            text(row.get("label") or _short(f"{row['place']}  {row['entity']}")) for row in rows
        ],
        "range": [len(rows) - 0.5, -0.5],
        "showgrid": False,
    }
    return {"data": traces, "layout": layout}


def _place_ticks(of: int) -> list[int]:
    """Return the places that an axis names: the first, round ones, or all of a few."""
    step = next((step for step in (1, 5, 10, 50, 100, 500) if of < FEW * step), 1000)
    return [1, *range(step, of + 1, step)] if step > 1 else list(range(1, of + 1))


def funnel(found: Funnel, kpi: Kpi, focus: str | None = None, named: int = 6) -> Figure:
    """Draw each entry's share over its number of cases, between its limits."""
    n = [point["n"] for point in found.curve]
    plain = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "showlegend": False}
    traces: list[Figure] = []
    for level, dash in (("95", "dot"), ("998", "solid")):
        for side in ("low", "high"):
            y = [min(1.0, max(0.0, point[f"od_{side}_{level}"])) for point in found.curve]
            line = {"color": GREY, "width": 1, "dash": dash}
            traces.append({**plain, "x": n, "y": y, "line": line, "name": f"{side}_{level}"})
    traces.append(
        {**plain, "x": [n[0], n[-1]], "y": [found.target] * 2, "line": {"color": GREY, "width": 2}}
    )
    ours = [point for point in found.points if focus is not None and point["entity"] == focus]
    beyond = [p for p in found.points if p["outside"] == "998" and p not in ours]
    rest = [p for p in found.points if p not in beyond and p not in ours]
    groups = (
        ("rest", rest, GREY, "circle"),
        ("better", [p for p in beyond if p["better"]], ACCENT, "diamond"),
        ("worse", [p for p in beyond if not p["better"]], FALL, "diamond"),
        ("ours", ours, ACCENT, "star"),
    )
    for name, points, colour, symbol in groups:
        if points:
            traces.append(_points(name, points, found.by, kpi, (colour, symbol)))
    layout = axes.layout(height=420, right=24)
    layout["xaxis"] |= {
        "type": "log",
        "dtick": 1,
        "title": {"text": _("number of cases")},
    }
    layout["yaxis"] |= axes.value_axis(kpi, [p["score"] for p in found.points])
    far = sorted(beyond, key=lambda p: -abs(p["score"] - found.target))[:named]
    layout["annotations"] = [
        note(log10(p["n"]), p["score"], _short(entity(p["entity"], found.by))) | {"xshift": 8}
        for p in (*ours, *far)
    ]
    return {"data": traces, "layout": layout}


def _points(
    name: str, points: Sequence[Row], by: str, kpi: Kpi, marker: tuple[str, str]
) -> dict[str, Any]:
    colour, symbol = marker
    words = _("{name}: {score}, n = {n}")
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [point["n"] for point in points],
        "y": [point["score"] for point in points],
        "marker": {"color": colour, "symbol": symbol, "size": 8},
        "hoverinfo": "text",
        "hovertext": [
            text(
                words.format(
                    name=entity(point["entity"], by),
                    score=written(kpi, point["score"]),
                    n=language.number(point["n"]),
                )
            )
            for point in points
        ],
        "showlegend": False,
    }


def _short(name: str) -> str:
    return name if len(name) <= LETTERS else f"{name[: LETTERS - 1]}…"
