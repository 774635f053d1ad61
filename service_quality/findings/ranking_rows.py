"""A ranking as tables and charts show it: rows, and the titles over them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.language import _, ngettext
from service_quality.findings.names import shown as entity

if TYPE_CHECKING:
    from service_quality.measures.rankings.ours import Ranking

FIRST, FURTHEST = 5, 10  # places, and falls, that are drawn whosever they are


def falls(found: Ranking) -> list[dict[str, Any]]:
    """Return the rows that lost places, the largest fall first."""
    lost = sorted(_fell(found.rows), key=lambda row: (-row["places_lost"], row["rank"]))
    return shown(found, lost)


def falls_title(found: Ranking) -> str:
    """Return the title of the chart of falls."""
    both = [row for row in found.rows if row.get("places_lost") is not None]
    fell = sum(row["places_lost"] > 0 for row in both)
    rose = sum(row["places_lost"] < 0 for row in both)
    text = _("Of {n} ranked in both years, {fell} fell and {rose} rose")
    return text.format(
        n=language.number(len(both)), fell=language.number(fell), rose=language.number(rose)
    )


def has_tested_falls(found: Ranking) -> bool:
    """Whether any fall was tested: places of scores without their scatter cannot be."""
    return any(row.get("position_proven") is not None for row in _fell(found.rows))


def real_falls(found: Ranking) -> Ranking:
    """Return a ranking with those rows alone that fell by more than chance allows."""
    proven = [row for row in _fell(found.rows) if row.get("position_proven")]
    return replace(found, rows=proven)


def real_falls_title(found: Ranking) -> str:
    """Return the title of the chart of those falls."""
    both = sum(row.get("places_lost") is not None for row in found.rows)
    fell = len(real_falls(found).rows)
    if not fell:
        text = _("Of {n} ranked in both years, no one fell by more than chance allows")
    else:
        text = ngettext(
            "Of {n} ranked in both years, {fell} fell by more than chance allows",
            "Of {n} ranked in both years, {fell} fell by more than chance allows",
            fell,
        )
    return text.format(n=language.number(both), fell=language.number(fell))


def _fell(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if (row.get("places_lost") or 0) > 0]


def shown(found: Ranking, rows: Sequence[Mapping[str, Any]] | None = None) -> list[dict[str, Any]]:
    """Return rows with the places as shown: `7=` where shared, and a name for no value.

    That is all of them, or those of `rows`.
    """
    plain, prior = held(found.rows), held(found.rows, "prior_")
    return [
        {
            **row,
            "entity": entity(row["entity"], found.by),
            "value": row["entity"],
            "place": place(row, plain),
            "prior_place": place(row, prior, "prior_"),
            "shared": _shared(row, plain),
            "plausible": plausible(row),
            "note": _note(row),
        }
        for row in (found.rows if rows is None else rows)
    ]


def held(rows: Sequence[Mapping[str, Any]], prior: str = "") -> Mapping[int | None, int]:
    """Return how many hold each place; `prior` is "prior_" for those of the year before."""
    return Counter(row.get(f"{prior}rank") for row in rows if not row.get(f"{prior}rank_band"))


def place(row: Mapping[str, Any], held: Mapping[int | None, int], prior: str = "") -> str:
    """Return a row's place as it is shown: of a band its own text, `7=` where several hold it."""
    if band := row.get(f"{prior}rank_band"):
        return str(band)
    rank = row.get(f"{prior}rank")
    if rank is None:
        return language.NO_VALUE
    return f"{rank}=" if held[rank] > 1 else str(rank)


def _shared(row: Mapping[str, Any], held: Mapping[int | None, int]) -> str | None:
    """Return what the number of a place leaves out: its band, or how many share it."""
    if row.get("rank_band"):
        return str(row["rank_band"])
    if row["rank"] is None or held[row["rank"]] < 2:
        return None
    return _("shared by {n}").format(n=language.number(held[row["rank"]]))


def _note(row: Mapping[str, Any]) -> str | None:
    if row.get("suppressed") and row["rank"] is None:
        return _("fewer than 10 answers: not shown")
    return _("indicative") if row.get("indicative") else None


def plausible(row: Mapping[str, Any]) -> str | None:
    """Return the plausible true places of a row: `4–140`; None where they are not known."""
    if row.get("rank_low") is None:
        return None
    return f"{language.number(row['rank_low'])}–{language.number(row['rank_high'])}"


def with_range(found: Ranking, focus: str | None = None) -> list[dict[str, Any]]:
    """Return the rows whose plausible places are drawn: the first, who fell furthest, and ours."""
    known = [row for row in found.rows if row.get("rank_low") is not None]
    fell = sorted(_fell(known), key=lambda row: -row["places_lost"])[:FURTHEST]
    wanted = {row["entity"] for row in (*known[:FIRST], *fell)} | {focus}
    return shown(found, [row for row in known if row["entity"] in wanted])


def ranges_title(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the title on plausible places: the widest range of those that are drawn."""
    if not rows:
        return _("Plausible places")
    widest = max(rows, key=lambda row: row["rank_high"] - row["rank_low"])
    if widest["rank_high"] == widest["rank_low"]:
        return _("Plausible places, nine draws in ten: each stays at its own")
    text = _(
        "Plausible places, nine draws in ten: {name} could be at any place from {low} to {high}"
    )
    return text.format(
        name=widest["entity"],
        low=language.number(widest["rank_low"]),
        high=language.number(widest["rank_high"]),
    )
