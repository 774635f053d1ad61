"""Places in a ranking: who fell, who rose, who came and who went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.language import _
from service_quality.findings.comparisons import entity
from service_quality.findings.verdict import Verdict

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi
    from service_quality.measures.rankings.funnel import Funnel
    from service_quality.measures.rankings.ours import Ranking

NAMES_SHOWN = 12
FIRST = 5  # places that are drawn whoever holds them


def place(rank: int | None, ranks: Sequence[int | None]) -> str:
    """Return `7`, or `7=` where several share the place; no place is a dash."""
    if rank is None:
        return language.NO_VALUE
    return f"{rank}=" if list(ranks).count(rank) > 1 else str(rank)


def ranking(found: Ranking, kpi: Kpi, focus: str | None = None) -> str:
    """Return what became of the focus brand, where it is ranked, and the largest fall."""
    if not found.rows:
        return _("Nothing could be ranked in {year}.").format(year=found.year)
    both = [row for row in found.rows if row.get("places_lost") is not None]
    words: dict[str, Any] = {
        "kpi": _(kpi.title),
        "year": found.year,
        "before": found.year - 1,
        "leader": entity(found.rows[0]["entity"]),
    }
    if not both:
        text = _("{leader} leads on “{kpi}” in {year}; no places of {before} to compare with.")
        return text.format(**words)
    worst = max(both, key=lambda row: row["places_lost"])
    ours = next((row for row in both if focus is not None and row["entity"] == focus), None)
    if worst["places_lost"] <= 0:
        text = _("No one fell from {before} to {year} on “{kpi}”; {leader} leads.")
    elif ours is None or ours is worst:
        text = _("{name} fell furthest: from place {was} to {rank} on “{kpi}”, {before} to {year}.")
    else:
        text = _("{name} fell furthest, from place {was} to {rank}.")
    sentences = [text.format(**words, **_places(worst))]
    if ours is not None and ours is not worst:
        sentences.insert(0, _moved(ours, len(both), words))
    elif ours is None:
        sentences += _new(found, focus)
    return " ".join(sentences)


def _new(found: Ranking, focus: str | None) -> list[str]:
    """Return where the focus brand stands when it was not ranked the year before."""
    ranks = [row["rank"] for row in found.rows]
    text = _("{name} is at place {rank} of {of}.")
    return [
        text.format(
            name=entity(focus), rank=place(row["rank"], ranks), of=language.number(found.of)
        )
        for row in found.rows
        if focus is not None and row["entity"] == focus
    ]


def _places(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entity's name and its places among those ranked in both years."""
    return {
        "name": entity(row["entity"]),
        "was": row["prior_rank_common"],
        "rank": row["rank_common"],
    }


def _moved(row: Mapping[str, Any], of: int, words: Mapping[str, Any]) -> str:
    """Return where the focus brand was and is, of those ranked in both years."""
    if row["places_lost"] > 0:
        text = _("{name} fell from place {was} to {rank} of {of} on “{kpi}”, {before} to {year}.")
    elif row["places_lost"] < 0:
        text = _("{name} rose from place {was} to {rank} of {of} on “{kpi}”, {before} to {year}.")
    else:
        text = _("{name} kept place {rank} of {of} on “{kpi}”, {before} to {year}.")
    return text.format(**words, **_places(row), of=language.number(of))


def ranking_scope(found: Ranking, label: str) -> str:
    """Return what is ranked, over which months and among how many."""
    text = _("{label}: {n} ranked, {period} against {before}.")
    return text.format(
        label=label,
        n=language.number(len(found.rows)),
        period=language.period(*found.period),
        before=language.period(*found.prior_period),
    )


def falls(found: Ranking) -> list[dict[str, Any]]:
    """Return the rows that lost places, the largest fall first."""
    lost = [row for row in ranking_rows(found) if (row.get("places_lost") or 0) > 0]
    return sorted(lost, key=lambda row: (-row["places_lost"], row["rank_common"]))


def falls_title(found: Ranking) -> str:
    """Return the title of the chart of falls."""
    both = [row for row in found.rows if row.get("places_lost") is not None]
    fell = sum(row["places_lost"] > 0 for row in both)
    rose = sum(row["places_lost"] < 0 for row in both)
    text = _("Of {n} ranked in both years, {fell} lost places and {rose} won places")
    return text.format(
        n=language.number(len(both)), fell=language.number(fell), rose=language.number(rose)
    )


def ranking_rows(found: Ranking) -> list[dict[str, Any]]:
    """Return rows with the places as shown: `7=` where shared, and a name for no value."""
    ranks = [row["rank"] for row in found.rows]
    prior = [row.get("prior_rank") for row in found.rows]
    return [
        {
            **row,
            "entity": entity(row["entity"]),
            "place": place(row["rank"], ranks),
            "prior_place": place(row.get("prior_rank"), prior),
            "plausible": plausible(row),
            "note": _("indicative") if row.get("indicative") else None,
        }
        for row in found.rows
    ]


def plausible(row: Mapping[str, Any]) -> str | None:
    """Return the plausible true places of a row: `4–140`; None where they are not known."""
    if row.get("rank_low") is None:
        return None
    return f"{language.number(row['rank_low'])}–{language.number(row['rank_high'])}"


def with_range(found: Ranking, focus: str | None = None, falls: int = 10) -> list[dict[str, Any]]:
    """Return the rows whose plausible places are drawn: the first, who fell furthest, and ours."""
    known = [row for row in ranking_rows(found) if row.get("rank_low") is not None]
    fell = sorted(known, key=lambda row: -(row.get("places_lost") or 0))[:falls]
    fell = [row for row in fell if (row.get("places_lost") or 0) > 0]
    wanted = {row["entity"] for row in (*known[:FIRST], *fell)} | {focus}
    return [row for row in known if row["entity"] in wanted]


def ranges_title(rows: Sequence[Mapping[str, Any]], of: int) -> str:
    """Return the title on plausible places: the widest range of those that are drawn."""
    if not rows:
        return _("Plausible places")
    widest = max(rows, key=lambda row: row["rank_high"] - row["rank_low"])
    text = _("Plausible places, nine draws in ten: {name} could be at any from {low} to {high}")
    return text.format(
        name=widest["entity"],
        low=language.number(widest["rank_low"]),
        high=language.number(widest["rank_high"]),
    )


def funnel_title(found: Funnel) -> str:
    """Return the title on a funnel: how many lie outside the limits, on either side."""
    outside = [point for point in found.points if point["outside"] == "998"]
    better = sum(bool(point["better"]) for point in outside)
    text = _(
        "{all} entries: {worse} are worse and {better} better than chance allows; the others"
        " cannot be told from the whole ({target})"
    )
    return text.format(
        all=language.number(len(found.points)),
        worse=language.number(len(outside) - better),
        better=language.number(better),
        target=language.rate(found.target),
    )


def of_funnel(found: Funnel) -> Verdict:
    """Return how the entries of a funnel were judged."""
    numbers = (
        (_("entries"), language.number(len(found.points))),
        (_("share of all"), language.rate(found.target)),
        (_("scatter against chance, φ"), language.number(found.phi, 2)),
    )
    return Verdict(_("{title}.").format(title=funnel_title(found)), "funnel", numbers)


def funnel_rows(found: Funnel) -> list[dict[str, Any]]:
    """Return the points of a funnel as a table shows them."""
    words = {"95": _("outside the inner limits"), "998": _("outside the outer limits")}
    return [
        {**point, "entity": entity(point["entity"]), "said": words.get(point["outside"] or "")}
        for point in found.points
    ]


def came_and_went(found: Ranking) -> str:
    """Return who is new this year and who is no longer present; no one needs no line."""
    parts = []
    if found.entered:
        parts.append(
            _("New in {year}: {names}.").format(year=found.year, names=_names(found.entered))
        )
    if found.left:
        parts.append(_("No longer present: {names}.").format(names=_names(found.left)))
    return " ".join(parts)


def _names(entries: Sequence[Mapping[str, Any] | str | None]) -> str:
    names = [entity(e["entity"] if isinstance(e, Mapping) else e) for e in entries]
    more = len(names) - NAMES_SHOWN
    listed = ", ".join(names[:NAMES_SHOWN])
    return listed + (_(" and {n} more").format(n=language.number(more)) if more > 0 else "")
