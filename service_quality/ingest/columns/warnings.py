"""What a survey's values let suspect: a scale that nobody stated, codes off it, two scales."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from service_quality.base import language
from service_quality.base.language import N_, _
from service_quality.ingest.columns.decisions import Decision
from service_quality.ingest.columns.no_answer import USUAL
from service_quality.ingest.columns.scales import ends
from service_quality.ingest.stage.staged import Staged
from service_quality.warehouse.engine import Cursor

# Scales in use, the narrowest first; what is answered lies on the first that holds it all.
SCALES = ((1, 5), (1, 7), (1, 10), (0, 10), (0, 100))
SCALED = ("csat", "nps")
MOST_POINTS = 101
FEW = 10  # answers in a month, below which its highest mark says nothing of its scale
MIXED = N_("answers on one scale; from {month} on they go beyond {points}")


@dataclass(frozen=True)
class Mixed:
    """A column whose marks go beyond `points` from a `month` on: `rows` of them."""

    column: str
    points: int
    month: date
    rows: int

    def expected(self) -> str:
        """Return in words what was expected, and from when it is otherwise."""
        return _(MIXED).format(month=language.month(self.month), points=self.points)


def proposals(cursor: Cursor, staged: Staged) -> tuple[Decision, ...]:
    """Return what the staged values let propose: scales to state and codes to name."""
    return tuple(
        decision
        for name in SCALED
        if name in staged.plan.mapped
        for decision in _of_column(cursor, staged, name)
    )


def mixed_scales(cursor: Cursor, staged: Staged) -> tuple[Mixed, ...]:
    """Return the columns that change from marks up to 5 to higher ones in the course of time.

    The months with enough answers decide: none of the earlier ones goes beyond 5, all later do.
    """
    moments = [name for name in staged.plan.dataset.moment if name in staged.plan.mapped]
    if not moments:
        return ()
    found = []
    for name in (name for name in SCALED if name in staged.plan.mapped):
        months = cursor.execute(
            f"select cast(date_trunc('month', coalesce({', '.join(moments)})) as date) as month,"
            f" max({name}) as highest, count({name}) as n from staged"
            f" group by 1 having n >= {FEW} and month is not null order by 1"
        ).fetchall()
        beyond = [highest > 5 for _month, highest, _n in months]
        if True in beyond and not beyond[0]:
            since = beyond.index(True)
            if all(beyond[since:]):
                rows = sum(n for _month, _highest, n in months[since:])
                found.append(Mixed(name, 5, months[since][0], rows))
    return tuple(found)


def _of_column(cursor: Cursor, staged: Staged, name: str) -> Iterator[Decision]:
    counted = cursor.execute(
        f"select {name}, count(*) from staged where {name} is not null"
        f" group by 1 order by 1 limit {MOST_POINTS + 1}"
    ).fetchall()
    points = dict(counted)
    if not points or len(points) > MOST_POINTS:
        return
    header = next((m.header for m in staged.plan.columns if m.column.name == name), name)
    scale = f"{name}_scale"
    stated = scale in staged.plan.mapped
    low, high = _stated(staged, name) if stated else _guessed(points)
    codes = [point for point in points if not low <= point <= high and point in USUAL]
    if codes:
        listed = ",".join(f"{code:g}" for code in codes)
        yield Decision(
            name,
            header,
            "no_answer",
            _("{codes} could be codes for “no answer”").format(codes=listed),
            _("they lie off the scale {low}–{high} ({rows} rows)").format(
                low=low,
                high=high,
                rows=language.number(sum(points[code] for code in codes)),
            ),
            f"{codes[0]:g}",
            f"--no-answer {name}={listed}",
            proposed=True,
        )
    others = points.keys() - set(codes)
    if not stated and name == "csat" and others:
        yield Decision(
            name,
            header,
            "scale",
            _("the scale could be {low}–{high}").format(low=low, high=high),
            _("its answers go from {lowest} to {highest}").format(
                lowest=f"{min(others):g}", highest=f"{max(others):g}"
            ),
            f"{max(others):g}",
            f"--set {scale}={low}-{high}",
            proposed=True,
        )


def _stated(staged: Staged, name: str) -> tuple[int, int]:
    """Return the ends of a scale given for all rows; one that differs by row holds everything."""
    return ends(staged.plan.constants.get(f"{name}_scale")) or (-(10**9), 10**9)


def _guessed(points: dict[float, int]) -> tuple[int, int]:
    """Return the narrowest scale in use that holds the answers, a few of them aside as codes."""
    whole = sum(points.values())
    for low, high in SCALES:
        inside = sum(n for point, n in points.items() if low <= point <= high)
        others = [point for point in points if not low <= point <= high]
        if inside == whole or (inside >= whole / 2 and all(p in USUAL and p > 10 for p in others)):
            return low, high
    return SCALES[-1]
