"""How sure a place in a ranking is, and the ranking as a whole: verdicts and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from service_quality.base import language
from service_quality.base.language import N_, _
from service_quality.findings.certainty import between
from service_quality.findings.comparisons import written
from service_quality.findings.names import shown as entity
from service_quality.findings.verdict import Verdict

if TYPE_CHECKING:
    from service_quality.definitions.kpis import Kpi
    from service_quality.measures.rankings.ours import Ranking

Row = Mapping[str, Any]
# What there is more or less of, by the kind of data.
CASES = {
    "emails": N_("e-mails"),
    "surveys": N_("answers"),
    "tickets": N_("tickets"),
    "": N_("cases"),
}


def of_place(found: Ranking, kpi: Kpi, name: str | None) -> list[Verdict]:
    """Return how the place of one entity is judged: range, score, chance; none where unknown."""
    row = next((row for row in found.rows if row["entity"] == name), None)
    if row is None:
        return []
    verdicts = [_range(found, kpi, row), _score(kpi, row), _position(row), _chance(found, row)]
    return [verdict for verdict in verdicts if verdict is not None]


def judged_ranking(found: Ranking, kpi: Kpi, focus: str | None = None) -> list[Verdict | None]:
    """Return the verdicts behind `rankings.ranking`: on whom it speaks of first, and the whole."""
    return [*of_place(found, kpi, spoken_of(found, focus)), of_ranking(found, kpi)]


def spoken_of(found: Ranking, focus: str | None = None) -> str | None:
    """Return whom a ranking's sentences are about: ours, else who fell furthest, else the first."""
    names = [row["entity"] for row in found.rows]
    fell = [row for row in found.rows if (row.get("places_lost") or 0) > 0]
    worst = max(fell, key=lambda row: row["places_lost"])["entity"] if fell else None
    return focus if focus in names else worst or next(iter(names), None)


def is_it_real(found: Ranking, kpi: Kpi, focus: str | None = None) -> str:
    """Return the sentences on one entity's place: how sure it is, and whether it changed."""
    verdicts = of_place(found, kpi, spoken_of(found, focus))
    return " ".join(verdict.sentence for verdict in verdicts)


def unreliable(found: Ranking, kpi: Kpi) -> str:
    """Return what to think of a ranking that is mostly chance; one that is not needs no word."""
    from service_quality.methods.panel import RELIABLE  # numpy: only who ranks waits for it

    if found.reliability is None or found.reliability >= RELIABLE:
        return ""
    part = language.number(found.reliability, 2)
    if found.n_for_reliable is None:
        text = _("These places are chance: the entries cannot be told apart (reliability {part}).")
        return text.format(part=part)
    text = _(
        "Read these places with care: reliability {part} of 1. To tell the entries apart it takes"
        " {n} {cases} each."
    )
    cases = _(CASES.get(kpi.dataset, CASES[""]))
    return text.format(part=part, n=language.number(found.n_for_reliable), cases=cases)


def of_ranking(found: Ranking, kpi: Kpi) -> Verdict | None:
    """Return how reliable a ranking is as a whole; None where that cannot be known."""
    if found.reliability is None:
        return None
    part = language.number(found.reliability, 2)
    if found.n_for_reliable is None:
        text = _("Reliability {part} of 1: these entries cannot be told apart.")
    else:
        text = _("Reliability {part} of 1; {n} {cases} each would make it 0.8.")
    numbers = [
        (_("ranked"), language.number(found.of)),
        (_("reliability"), part),
        (_("cases each for 0.8"), language.number(found.n_for_reliable)),
    ]
    if found.phi is not None:
        numbers.append(
            (_("scatter of the months against chance, φ"), language.number(found.phi, 2))
        )
    cases = _(CASES.get(kpi.dataset, CASES[""]))
    sentence = text.format(part=part, n=language.number(found.n_for_reliable), cases=cases)
    return Verdict(sentence, "reliability", tuple(numbers))


def _range(found: Ranking, kpi: Kpi, row: Row) -> Verdict | None:
    if row.get("rank_low") is None:
        return None
    text = _("{name}: shown at place {rank} of {of}; plausible true place {places}.")
    if row.get("rank_common") not in (None, row["rank"]):
        text = _(
            "{name}: place {rank} among all {of}, the new ones too; plausible true place {places}."
        )
    low, high = language.number(row["rank_low"]), language.number(row["rank_high"])
    places = low if low == high else _("{low} to {high}").format(low=low, high=high)
    sentence = text.format(
        name=entity(row["entity"], found.by),
        rank=row["rank"],
        of=language.number(found.of),
        places=places,
    )
    numbers = [
        (_("ranked"), language.number(found.of)),
        (_("score"), written(kpi, row["score"])),
        (_("cases"), language.number(row["n"])),
        (_("places in nine draws of ten"), places),
    ]
    if row.get("phi") is not None:
        numbers.append(
            (_("scatter of the months against chance, φ"), language.number(row["phi"], 2))
        )
    return Verdict(sentence, "rank_range", tuple(numbers))


def _score(kpi: Kpi, row: Row) -> Verdict | None:
    changed = row.get("score_changed")
    if changed is None:
        return None
    text = _("The score changed by more than chance.")
    if not changed:
        text = _("That the score changed at all is not proven.")
    numbers = [
        (_("score"), written(kpi, row["score"])),
        (_("score a year before"), written(kpi, row["prior_score"])),
        (_("cases"), language.number(row["n"])),
        (_("cases a year before"), language.number(row["prior_n"])),
    ]
    if row.get("score_low") is not None:
        numbers.insert(1, (_("95% interval"), between(kpi, row, "score_low", "score_high")))
    return Verdict(text, "false_discovery", tuple(numbers))


def _position(row: Row) -> Verdict | None:
    proven = row.get("position_proven")
    if proven is None:
        return None
    text = _("That its place changed is not proven: the plausible places of both years overlap.")
    if proven:
        text = _("Its change of place is proven: the plausible places of both years lie apart.")
    return Verdict(text, "rank_range", _both_years(row))


def _both_years(row: Row) -> tuple[tuple[str, str], ...]:
    return (
        (_("place a year before"), language.number(row["prior_rank_common"])),
        (_("place now"), language.number(row["rank_common"])),
        (_("cases a year before"), language.number(row["prior_n"])),
        (_("cases"), language.number(row["n"])),
    )


def _chance(found: Ranking, row: Row) -> Verdict | None:
    """Return how often chance makes such a fall; who fell furthest was chosen for it by its fall.

    So the question there is how often some entry falls as far, not how often this one does.
    """
    furthest = max((each.get("places_lost") or 0) for each in found.rows)
    some = found.chance_of_some_fall is not None and row.get("places_lost") == furthest
    chance = found.chance_of_some_fall if some else row.get("chance_of_fall")
    if chance is None:
        return None
    text = _("If nothing had changed, a fall this large would happen {times}.")
    if some:
        text = _("If nothing had changed, some entry of these would fall this far {times}.")
    drawn = (_("share of draws that fell as far"), language.rate(chance))
    numbers = (*_both_years(row), drawn)
    return Verdict(text.format(times=_often(chance)), "chance_of_fall", numbers)


def _often(chance: float) -> str:
    """Return a chance in the words of years: `4 years in 10`, `1 year in 100`."""
    if chance < 0.005:
        return _("less than 1 year in 100")
    if chance >= 0.95:
        return _("nearly every year")
    of = 100 if chance < 0.095 else 10
    times = round(chance * of)
    text = language.ngettext("{times} year in {of}", "{times} years in {of}", times)
    return text.format(times=language.number(times), of=language.number(of))
