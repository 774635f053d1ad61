"""Places of two years as lines: the falls, ours, and the rest in grey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service_quality import findings, i18n
from service_quality.figures import axes
from service_quality.figures.axes import ACCENT, FALL, GREY, text
from service_quality.findings import written
from service_quality.i18n import _

if TYPE_CHECKING:
    from service_quality.kpis import Kpi

Row = Mapping[str, Any]
Figure = dict[str, Any]


def slope(
    rows: Sequence[Row], years: tuple[int, int], kpi: Kpi, focus: str | None = None, falls: int = 10
) -> Figure:
    """Draw places of two years among those present in both: the largest falls, ours, the rest."""
    both = [r for r in rows if r.get("places_lost") is not None]
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
                "hovertext": [_slope_hover(row, kpi, years)] * 2,
                "showlegend": False,
            }
        )
        if ours or fell:
            ends.append((rank, f"{rank}  {findings.entity(row['entity'])}", was))
    size = len(both)
    height = max(320, min(760, 60 + 17 * size))
    layout = axes.layout(height=height, right=170, left=48)
    gap = size * 16 / (height - 70) if size else 1
    layout["annotations"] = [
        *axes.spread(
            [(rank, words) for rank, words, _was in ends], gap, x=1, anchor="left", highest=size
        ),
        *axes.spread(
            [(was, str(was)) for _rank, _words, was in ends], gap, x=0, anchor="right", highest=size
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


def _slope_hover(row: Row, kpi: Kpi, years: tuple[int, int]) -> str:
    lines = [text(findings.entity(row["entity"]))]
    for year, rank, score, n in (
        (years[0], "prior_rank_common", "prior_score", "prior_n"),
        (years[1], "rank_common", "score", "n"),
    ):
        words = _("{year}: place {place}, {score}, n = {n}")
        lines.append(
            words.format(
                year=year,
                place=row[rank],
                score=written(kpi, row.get(score)),
                n=i18n.number(row.get(n)),
            )
        )
    return "<br>".join(lines)
