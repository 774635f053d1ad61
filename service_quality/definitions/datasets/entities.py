"""Names: one row is how a value is shown, grouped, spelled; or the name of a source or measure."""

from service_quality.base.dimensions import DIMENSIONS, EVERY
from service_quality.base.language import N_
from service_quality.definitions import kpis
from service_quality.definitions.datasets.base import Column, Dataset, Rule, withdrawn

ENTITIES = "entities"
MEASURE = "kpi"  # beside the dimensions: what is named is a measure that a totals file counts
SOURCE = "source"
NAMED_ALONE = (SOURCE, MEASURE)  # these have neither groups nor other spellings
NAMED = (*DIMENSIONS, *NAMED_ALONE)

DATASET = Dataset(
    kind=ENTITIES,
    title=N_("Names"),
    order=10,
    register=True,
    columns=(
        Column(
            "dimension",
            "text",
            N_("What it names"),
            ("dimension", "axis", "axe"),
            needed=True,
            words={each.name: (each.title.lower(), *each.headers) for each in EVERY}
            | {SOURCE: (SOURCE, "system", "systeme")}
            | {MEASURE: (MEASURE, "measure", "indicator", "mesure", "indicateur")},
        ),
        Column("value", "text", N_("As files have it"), ("value", "valeur", "code"), needed=True),
        Column("label", "text", N_("Shown as"), ("label", "libelle", "shown as", "affiche")),
        Column(
            "label_fr",
            "text",
            N_("Shown in French as"),
            ("label fr", "libelle fr", "libelle francais", "french label"),
        ),
        Column("in_group", "text", N_("Group"), ("group", "groupe", "gruppe", "grupo")),
        Column(
            "same_as",
            "text",
            N_("The same as"),
            ("same as", "identique a", "meme que", "synonyme de", "alias of"),
        ),
        withdrawn(),
    ),
    key=("source", "dimension", "value"),
    moment=(),
    telling=("same_as", "label", "label_fr", "in_group"),
    rules=(
        Rule(
            "unknown_dimension",
            "dimension",
            ("dimension",),
            N_("what is named, one of:"),
            lambda col: col("dimension").is_in(NAMED),
            known=lambda: NAMED,
        ),
        Rule(
            "same_as_itself",
            "same_as",
            ("same_as", "value"),
            N_("another value than its own"),
            lambda col: col("same_as") != col("value"),
        ),
        Rule(
            "measure_of_ours",
            "value",
            ("value", "dimension"),
            N_("a measure that a file of monthly totals counts: all others keep their names"),
            lambda col: ~col("value").is_in(list(kpis.catalogue())) | (col("dimension") != MEASURE),
        ),
        Rule(
            "in_no_group",
            "in_group",
            ("in_group", "dimension"),
            N_("an empty cell, because measures and sources have no groups"),
            lambda col: col("in_group").is_null() | ~col("dimension").is_in(NAMED_ALONE),
        ),
        Rule(
            "no_other_spelling",
            "same_as",
            ("same_as", "dimension"),
            N_("an empty cell, because measures and sources have no other spellings"),
            lambda col: col("same_as").is_null() | ~col("dimension").is_in(NAMED_ALONE),
        ),
    ),
)
