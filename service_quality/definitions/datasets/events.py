"""Events: one row is a dated remark for the charts, or a change of method that breaks a line."""

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.language import N_
from service_quality.definitions.datasets.base import Column, Dataset, Rule, dimensions, withdrawn

NOTE, METHOD_CHANGE = "note", "method_change"
KINDS_OF_ROWS = ("tickets", "emails", "surveys", "totals", "rankings", "deliveries")

DATASET = Dataset(
    kind="events",
    title=N_("Events"),
    order=9,
    register=True,
    columns=(
        Column("date", "time", N_("Date"), ("date", "day", "jour"), needed=True),
        Column(
            "text",
            "text",
            N_("What happened"),
            ("text", "event", "remark", "texte", "evenement", "remarque"),
            needed=True,
        ),
        Column(
            "text_fr",
            "text",
            N_("The same in French"),
            ("text fr", "event fr", "texte francais", "evenement fr"),
        ),
        Column(
            "kind",
            "text",
            N_("Note or change of method"),
            ("kind", "kind of event", "type", "nature"),
            words={
                NOTE: ("remark", "event", "remarque", "evenement"),
                METHOD_CHANGE: (
                    *("method change", "change of method", "method-change", "new method"),
                    *("changement de methode", "changement methode", "rupture de serie"),
                ),
            },
        ),
        Column("kpi", "id", N_("Measure it concerns"), ("kpi", "measure", "indicateur", "mesure")),
        Column(
            "dataset",
            "text",
            N_("Kind of file it concerns"),
            ("dataset", "data set", "donnees", "jeu de donnees"),
        ),
        withdrawn(),
        *dimensions(),
    ),
    key=("source", "date", "text", "kind", "kpi", "dataset", *DIMENSIONS),
    moment=("date",),
    telling=("kind", "kpi", "dataset"),
    rules=(
        Rule(
            "unknown_kind",
            "kind",
            ("kind",),
            N_("note or method_change"),
            lambda col: col("kind").is_in([NOTE, METHOD_CHANGE]),
        ),
        Rule(
            "unknown_dataset",
            "dataset",
            ("dataset",),
            N_("a kind of file:"),
            lambda col: col("dataset").is_in(KINDS_OF_ROWS),
            known=lambda: KINDS_OF_ROWS,
        ),
    ),
)
