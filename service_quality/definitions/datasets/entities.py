"""Names: one row is how a value of a dimension is shown, grouped, and spelled otherwise."""

from service_quality.base.dimensions import DIMENSIONS, EVERY
from service_quality.base.language import N_
from service_quality.definitions.datasets.base import Column, Dataset, Rule, withdrawn

ENTITIES = "entities"

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
            words={each.name: (each.title.lower(), *each.headers[:1]) for each in EVERY},
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
            lambda col: col("dimension").is_in(DIMENSIONS),
            known=lambda: DIMENSIONS,
        ),
        Rule(
            "same_as_itself",
            "same_as",
            ("same_as", "value"),
            N_("another value than its own"),
            lambda col: col("same_as") != col("value"),
        ),
    ),
)
