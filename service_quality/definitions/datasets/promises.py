"""Promises: one row is what customers were promised, in their words, and how it is measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.language import N_
from service_quality.definitions.datasets.base import Column, Dataset, Rule, dimensions, withdrawn

if TYPE_CHECKING:
    import polars as pl

    Col = Callable[[str], pl.Expr]


def _named(*measures: str) -> list[str]:
    """Return the names that a promise may be measured by; asked for when a file is checked."""
    from service_quality.definitions.promise_rules import measurable

    return [name for name, kpi in measurable().items() if not measures or kpi.measure in measures]


def _kpi_ids() -> list[str]:
    from service_quality.definitions.promise_rules import measurable_kpis

    return [*measurable_kpis(), "emails.acknowledged_at …", "totals.NAME"]


def _is_known(col: Col) -> pl.Expr:
    return col("kpi").is_in(_named()) | col("kpi").str.starts_with("totals_")


def _has_hours(col: Col) -> pl.Expr:
    return ~col("kpi").is_in(_named("duration")) | col("within").is_not_null()


def _has_bound(col: Col) -> pl.Expr:
    one = col("at_least").is_not_null() != col("at_most").is_not_null()
    return ~col("kpi").is_in(_named("mean", "nps")) | one


def _has_nothing_else(col: Col) -> pl.Expr:
    hours = col("within").is_null() | col("kpi").is_in(_named("duration"))
    bounds = col("at_least").is_null() & col("at_most").is_null()
    return (hours & (bounds | col("kpi").is_in(_named("mean", "nps")))) | ~_is_known(col)


DATASET = Dataset(
    kind="promises",
    title=N_("Promises"),
    order=8,
    register=True,
    columns=(
        Column(
            "promise_id",
            "text",
            N_("Promise id"),
            ("promise id", "promise", "id promesse", "promesse"),
            needed=True,
        ),
        Column(
            "statement",
            "text",
            N_("In the customer's words"),
            ("statement", "promise text", "enonce", "texte de la promesse"),
            needed=True,
        ),
        Column(
            "statement_fr",
            "text",
            N_("The same in French"),
            ("statement fr", "french statement", "enonce fr", "enonce francais"),
        ),
        Column(
            "kpi",
            "id",
            N_("Measured by"),
            ("kpi", "measured by", "measure", "rule", "mesure", "indicateur", "regle"),
            needed=True,
        ),
        Column(
            "within",
            "number",
            N_("Within, in hours"),
            ("within", "within hours", "hours", "heures", "delai heures", "dans les heures"),
            low=0,
            high=100_000,
        ),
        Column("at_least", "number", N_("At least"), ("at least", "au moins")),
        Column("at_most", "number", N_("At most"), ("at most", "au plus")),
        Column(
            "target",
            "number",
            N_("Share promised, 0 to 1 or in %"),
            ("target", "objectif", "cible"),
            low=0,
            high=100,
        ),
        Column(
            "valid_from",
            "time",
            N_("Valid from"),
            ("valid from", "from", "valable du", "a partir du"),
            needed=True,
        ),
        Column("valid_to", "time", N_("Valid to"), ("valid to", "to", "valable au", "jusqu au")),
        Column("note", "text", N_("Note"), ("note", "remark", "remarque")),
        withdrawn(),
        *dimensions(),
    ),
    key=("source", "promise_id", "valid_from", *DIMENSIONS),
    moment=("valid_from",),
    rules=(
        Rule(
            "unknown_measure",
            "kpi",
            ("kpi",),
            N_("what it is measured by, one of:"),
            _is_known,
            known=_kpi_ids,
        ),
        Rule(
            "no_hours",
            "kpi",
            ("kpi",),
            N_("the hours within which it is promised, in the column within"),
            _has_hours,
        ),
        Rule(
            "no_bound",
            "kpi",
            ("kpi",),
            N_("a bound, in one of the columns at_least and at_most"),
            _has_bound,
        ),
        Rule(
            "bound_out_of_place",
            "kpi",
            ("kpi",),
            N_("hours only beside a time, a bound only beside a mark; the times are:"),
            _has_nothing_else,
            known=lambda: _named("duration"),
        ),
        Rule(
            "ends_before_it_starts",
            "valid_to",
            ("valid_to", "valid_from"),
            N_("an end after the beginning"),
            lambda col: col("valid_to") >= col("valid_from"),
        ),
    ),
)
