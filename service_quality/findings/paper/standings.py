"""What the pictures of a ranking are drawn from: places of two years, plausible ones, funnels."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.language import _
from service_quality.findings import axis, funnels, ranking_rows
from service_quality.findings.comparisons import written
from service_quality.findings.names import shown as entity

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi
    from service_quality.findings.standing import OverYears
    from service_quality.measures.rankings.funnel import Funnel
    from service_quality.measures.rankings.ours import Ranking

Row = Mapping[str, Any]
Chart = dict[str, Any]
NAMED = 10  # falls that are named; all of so few entries are
LINE, STEP = 3.0, 6.0  # millimetres: what a label takes, and a place of a short ranking
LOWEST, HIGHEST = 40.0, 110.0  # millimetres of a picture
FAR = 6  # beyond the limits of a funnel that are named
TONES = ("rest", "named", "fall", "ours")  # what stands out is drawn last
LONGEST = 28  # letters of a name


def slope(found: Ranking, focus: str | None = None) -> Chart:
    """Return the places of two years as lines: the largest falls and ours named, the rest grey.

    As on the page, lines stand in the order of those of both years and bands have none. Heights
    are shares, 0 on top.
    """
    both = [r for r in found.rows if None not in (r.get("places_lost"), r.get("rank_common"))]
    largest = sorted((r for r in both if r["places_lost"] > 0), key=lambda r: -r["places_lost"])
    fell = {row["entity"] for row in largest[:NAMED]}
    size, height = max(len(both) - 1, 1), min(max(STEP * len(both), LOWEST), HIGHEST)
    tones = [_tone(row["entity"], focus, fell) for row in both]
    lines = [
        {
            "places": [(row[of] - 1) / size for of in ("prior_rank_common", "rank_common")],
            "tone": tone,
        }
        for row, tone in zip(both, tones, strict=True)
    ]
    named = [
        row for row, tone in zip(both, tones, strict=True) if tone != "rest" or len(both) <= NAMED
    ]
    return {
        "kind": "slope",
        "alt": _alt(found, named),
        "height": height,
        "years": [str(found.year - 1), str(found.year)],
        # What is named is drawn last, over the rest.
        "lines": sorted(lines, key=lambda line: TONES.index(line["tone"])),
        "left": _labels(
            [((r["prior_rank_common"] - 1) / size, str(r["prior_rank"])) for r in named],
            LINE / height,
        ),
        "right": _labels(
            [
                (
                    (r["rank_common"] - 1) / size,
                    f"{r['rank']}  {_short(entity(r['entity'], found.by))}",
                )
                for r in named
            ],
            LINE / height,
        ),
    }


def bump(found: OverYears, named: Collection[str], focus: str | None = None) -> Chart:
    """Return the places of several years as lines: those named stand out, the rest is grey."""
    size, height = max(found.of - 1, 1), min(max(STEP * found.of, LOWEST), HIGHEST)
    lines = [
        {
            "places": [None if place is None else (place - 1) / size for place in row["places"]],
            "tone": found.tone(row, named, focus),
        }
        for row in found.rows
    ]
    shown = [row for row in found.rows if row["entity"] in named]
    return {
        "kind": "slope",
        "alt": f"{found.title(named)}. {language.side_by_side(found.path(row) for row in shown)}",
        "height": height,
        "years": [str(year) for year in found.years],
        "lines": sorted(lines, key=lambda line: TONES.index(line["tone"])),
        "left": _ends(shown, 0, size, LINE / height),
        "right": _ends(shown, -1, size, LINE / height, names=True),
    }


def _ends(
    rows: Sequence[Row], at: int, size: int, gap: float, *, names: bool = False
) -> list[Chart]:
    """Return the places at one end of lines, with the names if wanted."""
    there = [row for row in rows if row["places"][at] is not None]
    words = [
        f"{row['shown'][at]}  {_short(row['name'])}" if names else row["shown"][at] for row in there
    ]
    places = [(row["places"][at] - 1) / size for row in there]
    return _labels(list(zip(places, words, strict=True)), gap)


def _tone(name: str, focus: str | None, fell: Collection[str]) -> str:
    if focus is not None and name == focus:
        return "ours"
    return "fall" if name in fell else "rest"


def _labels(places: Sequence[tuple[float, str]], gap: float) -> list[Chart]:
    ordered = sorted(places)
    apart = axis.moved_apart([at for at, _words in ordered], gap, 1.0)
    return [{"at": at, "words": words} for at, (_at, words) in zip(apart, ordered, strict=True)]


def _alt(found: Ranking, named: Sequence[Row]) -> str:
    text = _("{name}: place {before} → {now}")
    moves = [
        text.format(name=entity(row["entity"], found.by), before=row["prior_rank"], now=row["rank"])
        for row in named
    ]
    return f"{ranking_rows.falls_title(found)}. {language.side_by_side(moves)}"


def ranges(rows: Sequence[Row], of: int) -> Chart:
    """Return places as dots on the bars of their plausible places, the first on top."""
    text = _("{name}: place {place}, plausible {places}")
    alts = [
        text.format(name=row["entity"], place=row["place"], places=row["plausible"]) for row in rows
    ]
    return {
        "kind": "dots",
        "alt": f"{ranking_rows.ranges_title(rows)}. {language.side_by_side(alts)}",
        "axis": {"low": 1, "high": max(of, 2)},
        "rows": [
            {
                "name": row.get("label") or f"{row['place']}  {_short(row['entity'])}",
                "at": row["rank"],
                "low": row["rank_low"],
                "high": row["rank_high"],
                "value": row["plausible"],
                "n": "",
            }
            for row in rows
        ],
        "note": _("From place 1 at the left to {of} at the right.").format(of=of),
    }


def funnel(found: Funnel, kpi: Kpi, focus: str | None = None) -> Chart:
    """Return each entry's share over its number of cases, between its limits; far ones are named.

    Numbers of cases stand on a scale of ratios, as shares of the width.
    """
    low, high = (log10(found.curve[at]["n"]) for at in (0, -1))
    width = (high - low) or 1.0

    def across(n: float) -> float:
        return (log10(n) - low) / width

    scores = [point["score"] for point in found.points]
    values = axis.of_values(kpi, scores)
    beyond = [p for p in found.points if p["outside"] == "998"]
    far = sorted(beyond, key=lambda p: -abs(p["score"] - found.target))[:FAR]
    ours = [p for p in found.points if focus is not None and p["entity"] == focus]
    named = [*ours, *(p for p in far if p not in ours)]
    if len(found.points) <= NAMED:
        named = found.points
    powers = [10**power for power in range(ceil(low), floor(high) + 1)]
    text = _("{name}: {score}, n = {n}")
    alts = [
        text.format(
            name=entity(p["entity"], found.by),
            score=written(kpi, p["score"]),
            n=language.number(p["n"]),
        )
        for p in named
    ]
    return {
        "kind": "funnel",
        "alt": f"{funnels.funnel_title(found)}. {language.side_by_side(alts)}",
        "axis": asdict(values) if values else None,
        "limits": [
            {
                "level": level,
                "points": [
                    [across(p["n"]), _inside(p[f"od_{side}_{level}"], values)] for p in found.curve
                ],
            }
            for level in ("95", "998")
            for side in ("low", "high")
        ],
        "target": found.target,
        "points": [
            {"x": across(p["n"]), "y": p["score"], "tone": _beyond(p, ours)} for p in found.points
        ],
        "names": [
            {"x": across(p["n"]), "y": p["score"], "words": _short(entity(p["entity"], found.by))}
            for p in named
        ],
        "ticks": [
            {"at": across(n), "words": language.number(n)}
            for n in powers or [found.curve[0]["n"], found.curve[-1]["n"]]
        ],
        "note": _("number of cases"),
    }


def _inside(value: float, drawn: axis.Axis | None) -> float | None:
    """Return a limit where the axis has room for it: what lies beyond is not drawn."""
    return value if drawn and drawn.low <= value <= drawn.high else None


def _beyond(point: Row, ours: Sequence[Row]) -> str:
    if point in ours:
        return "ours"
    if point["outside"] != "998":
        return "rest"
    return "better" if point["better"] else "worse"


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"
