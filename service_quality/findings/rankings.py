"""Places in a ranking: who fell, who rose, who came and who went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.language import _, ngettext
from service_quality.findings import ranking_rows
from service_quality.findings.comparisons import written
from service_quality.findings.names import shown as entity

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi
    from service_quality.measures.rankings.ours import Ranking

Row = Mapping[str, Any]
NAMES_SHOWN = 12


def ranking(found: Ranking, kpi: Kpi, focus: str | None = None) -> str:
    """Return what became of the focus brand, where it is ranked, and the largest fall."""
    placed = [row for row in found.rows if row["rank"] is not None]
    words: dict[str, Any] = {"kpi": kpi.title, "year": found.year, "before": found.year - 1}
    if not placed:
        few = _("Nothing is ranked in {year}: each has fewer than 10 answers.")
        return (few if found.rows else _("Nothing could be ranked in {year}.")).format(**words)
    both = [row for row in placed if row.get("places_lost") is not None]
    first = _first(found, placed, words)
    if not both:
        text = _("There are no places of {before} to compare with.")
        return f"{first} {text.format(**words)}"
    ours, worst = _spoken_of(both, focus)
    if len(both) == 1 and found.of == 1:
        return _only(worst, found, kpi, words)
    fell_alike = [row for row in both if row["places_lost"] == worst["places_lost"]]
    tied = len(fell_alike) - 1
    words |= {"name": entity(worst["entity"], found.by), "path": _path(worst)}
    if worst["places_lost"] <= 0:
        text = _("No one lost a place from {before} to {year}.")
        if len(both) < len(placed):
            text = _("No one ranked in both years lost a place from {before} to {year}.")
        sentences = [text.format(**words), first]
    elif tied:
        text = _("{name} and {others} fell furthest, by {places} each.")
        if ours in (None, worst):
            text = _(
                "{name} and {others} fell furthest, by {places} each, on “{kpi}”, {before} to"
                " {year}."
            )
        others = ngettext("{n} other", "{n} others", tied).format(n=language.number(tied))
        lost = worst["places_lost"]
        places = ngettext("{n} place", "{n} places", lost).format(n=language.number(lost))
        sentences = [text.format(**words, others=others, places=places)]
    elif ours is None or ours is worst:
        text = _("{name} fell furthest: {path} on “{kpi}”, {before} to {year}.")
        sentences = [text.format(**words)]
    else:
        sentences = [_("{name} fell furthest, {path}.").format(**words)]
    if ours is not None and ours is not worst:
        sentences.insert(0, _moved(ours, found, words))
    elif ours is None:
        sentences += _new(found, focus)
    sentences[1:1] = _sure(*fell_alike) if ours in (None, worst) else _sure(ours)
    return " ".join(sentences)


def _spoken_of(both: Sequence[Row], focus: str | None) -> tuple[Row | None, Row]:
    """Return the focus brand's row of those ranked in both years, if any, and who fell furthest."""
    worst = max(both, key=lambda row: row["places_lost"])
    ours = next((row for row in both if focus is not None and row["entity"] == focus), None)
    if ours is not None and ours["places_lost"] == worst["places_lost"]:
        worst = ours
    return ours, worst


def of_one(found: Ranking, kpi: Kpi, name: str) -> str:
    """Return what became of one entry alone: where it stands, where it stood, and is it real."""
    words: dict[str, Any] = {"kpi": kpi.title, "year": found.year, "before": found.year - 1}
    row = next((row for row in found.rows if row["entity"] == name), None)
    if row is None or row["rank"] is None or row.get("places_lost") is None:
        return " ".join(_new(found, name))
    return " ".join([_moved(row, found, words), *_sure(row)])


def of_both_years(found: Ranking, focus: str | None = None) -> str:
    """Return by how many places those moved that the finding is about, among those of both years.

    Nothing where the places that are shown differ by as many.
    """
    both = [row for row in found.rows if row.get("places_lost") is not None]
    if not both or found.of == 1:
        return ""
    ours, worst = _spoken_of(both, focus)
    movers = [] if ours is None else [ours]
    if worst is not ours and worst["places_lost"] > 0:
        movers.append(worst)
    movers = [row for row in movers if _differs(row)]
    if not movers:
        return ""
    text = _("Places moved among those ranked in both years: {moves}.")
    moves = [f"{entity(row['entity'], found.by)} {_move(row['places_lost'])}" for row in movers]
    return text.format(moves=", ".join(moves))


def _move(lost: int) -> str:
    """Return a change of place with its sign: `▼ 3` of three places lost."""
    return f"{'▼' if lost > 0 else '▲'} {language.number(abs(lost))}" if lost else "="


def _differs(row: Row) -> bool:
    """Return whether the two places of a row differ by other than what is counted as lost."""
    banded = row.get("rank_band") or row.get("prior_rank_band")
    return not banded and bool(row["places_lost"] != row["rank"] - row["prior_rank"])


def _sure(*rows: Mapping[str, Any]) -> list[str]:
    """Return whether a change of place is more than chance, where that is known of all of them."""
    proven = {row.get("position_proven") for row in rows}
    if not rows[0]["places_lost"] or len(proven) > 1:
        return []
    sentences = {True: _("That is more than chance."), False: _("That may be chance.")}
    return [sentences[known] for known in proven if known is not None]


def _only(row: Mapping[str, Any], found: Ranking, kpi: Kpi, words: Mapping[str, Any]) -> str:
    """Return what became of an entity that has nobody to fall behind: its score."""
    text = _("{name} is the only one ranked: {was} in {before}, {score} in {year} on “{kpi}”.")
    scores = {"was": written(kpi, row["prior_score"]), "score": written(kpi, row["score"])}
    return text.format(**words, **scores, name=entity(row["entity"], found.by))


def _first(found: Ranking, placed: Sequence[Mapping[str, Any]], words: Mapping[str, Any]) -> str:
    """Return who has the best place: nobody leads a place that is shared, or a band."""
    best = [row for row in placed if row["rank"] == placed[0]["rank"] and not row.get("rank_band")]
    if placed[0]["rank"] > 1 or not best:
        text = _("{leader} has the best place of those listed on “{kpi}” in {year}: {rank}.")
        rank = ranking_rows.place(placed[0], ranking_rows.held(placed))
        return text.format(**words, leader=entity(placed[0]["entity"], found.by), rank=rank)
    if len(best) > 1:
        text = _("{n} share the first place on “{kpi}” in {year}.")
        return text.format(**words, n=language.number(len(best)))
    leader = entity(best[0]["entity"], found.by)
    return _("{leader} leads on “{kpi}” in {year}.").format(**words, leader=leader)


def _new(found: Ranking, focus: str | None) -> list[str]:
    """Return where the focus brand stands when it was not ranked the year before."""
    ours = next((row for row in found.rows if focus is not None and row["entity"] == focus), None)
    if ours is None:
        return []
    if ours["rank"] is None:
        text = _("{name} is not ranked: it has fewer than 10 answers.")
        return [text.format(name=entity(focus, found.by))]
    rank = placed(ranking_rows.place(ours, ranking_rows.held(found.rows)), found)
    return [_("{name} is at place {rank}.").format(name=entity(focus, found.by), rank=rank)]


def placed(rank: str, found: Ranking) -> str:
    """Return a place with the size of its field, where that is known."""
    return _of(rank, found.of)


def _of(rank: str, of: int | None) -> str:
    return rank if of is None else _("{rank} of {of}").format(rank=rank, of=language.number(of))


def _path(row: Row, of: int | None = None) -> str:
    """Return the way between a row's two places, in the one numbering of the page.

    Places lost are those among the entries of both years, or the least that bands leave: where
    the two places say another direction, it is said. See `of_both_years`.
    """
    lost = row["places_lost"]
    if row.get("rank_band") or row.get("prior_rank_band"):
        was = row.get("prior_rank_band") or str(row["prior_rank"])
        rank = _of(row.get("rank_band") or str(row["rank"]), of)
        path = _("from place {was} to {rank}").format(was=was, rank=rank)
        at_least = ngettext("at least {n} place", "at least {n} places", abs(lost))
        return f"{path} ({at_least.format(n=language.number(abs(lost)))})"
    path = _("from {was} to {now}") if of is None else _("from {was} to {now} of {of}")
    was, now = language.ordinal(row["prior_rank"]), language.ordinal(row["rank"])
    path = path.format(was=was, now=now, of=language.number(of))
    shown = row["rank"] - row["prior_rank"]
    if not lost or shown * lost > 0:
        return path
    if lost > 0:
        among = ngettext(
            "{n} place lost among those ranked in both years",
            "{n} places lost among those ranked in both years",
            lost,
        )
    else:
        among = ngettext(
            "{n} place won among those ranked in both years",
            "{n} places won among those ranked in both years",
            -lost,
        )
    return f"{path} ({among.format(n=language.number(abs(lost)))})"


def _moved(row: Mapping[str, Any], found: Ranking, words: Mapping[str, Any]) -> str:
    """Return where the focus brand was and is."""
    rank = placed(row.get("rank_band") or str(row["rank"]), found)
    kept = row["places_lost"] == 0 and row["rank"] == row["prior_rank"]
    if kept:
        text = _("{name} kept place {rank} on “{kpi}”, {before} to {year}.")
    elif row["places_lost"] > 0:
        text = _("{name} fell {path} on “{kpi}”, {before} to {year}.")
    elif row["places_lost"] < 0:
        text = _("{name} rose {path} on “{kpi}”, {before} to {year}.")
    else:
        text = _("{name} went {path} on “{kpi}”, {before} to {year}.")
    own = {"name": entity(row["entity"], found.by), "path": _path(row, found.of), "rank": rank}
    return text.format(**{**words, **own})


def few_by_choice(min_n: int, enough: int) -> str:
    """Return what to think of entries of fewer cases than are enough, where they are ranked."""
    if min_n >= enough:
        return ""
    text = _("Entries of fewer than {n} cases are ranked too: their places owe much to chance.")
    return text.format(n=language.number(enough))


def among(found: Ranking, every: Ranking, group: str, focus: str | None) -> str:
    """Return the places in a group beside those among all: of the focus, else of the first."""
    placed = {row["entity"]: row["rank"] for row in found.rows if row["rank"] is not None}
    of_all = {row["entity"]: row["rank"] for row in every.rows if row["rank"] is not None}
    name = focus if focus in placed else next(iter(placed), None)
    if not group or name is None or name not in of_all:
        return ""
    text = _("{name}: {rank} of {of} in the group “{group}”, {rank_all} of {of_all} among all.")
    ahead = sum(of_all[other] < of_all[name] for other in placed if other in of_all)
    words = {"rank": ahead + 1, "of": len(placed), "rank_all": of_all[name], "of_all": len(of_all)}
    numbers = {key: language.number(value) for key, value in words.items()}
    return text.format(name=entity(name, found.by), group=group, **numbers)


def ranking_scope(found: Ranking, label: str, begun: date | None = None) -> str:
    """Return what is ranked, over which months and among how many.

    `begun` is the first day of the data: the months that they have are named.
    """
    text = _("{label}: {n} ranked, {period}.")
    if any(row.get("prior_rank") is not None for row in found.rows):
        text = _("{label}: {n} ranked, {period} against {before}.")
    start, end = found.period
    return text.format(
        label=label,
        n=language.number(sum(row["rank"] is not None for row in found.rows)),
        period=language.period(min(max(start, begun or start), end), end),
        before=language.period(*found.prior_period),
    )


def came_and_went(found: Ranking) -> str:
    """Return who is new this year and who is no longer present; no one needs no line."""
    parts = []
    if found.entered:
        parts.append(
            _("New in {year}: {names}.").format(
                year=found.year, names=_names(found.entered, found.by)
            )
        )
    if found.left:
        parts.append(_("No longer present: {names}.").format(names=_names(found.left, found.by)))
    return " ".join(parts)


def _names(entries: Sequence[str], by: str) -> str:
    names = [entity(each, by) for each in entries]
    more = len(names) - NAMES_SHOWN
    listed = ", ".join(names[:NAMES_SHOWN])
    return listed + (_(" and {n} more").format(n=language.number(more)) if more > 0 else "")
