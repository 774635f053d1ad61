"""Published rankings: one row is one brand's place in one year's ranking."""

from service_quality.base.language import N_
from service_quality.definitions.datasets.base import Column, Dataset, Rule, dimensions

DATASET = Dataset(
    kind="rankings",
    title=N_("Published rankings"),
    order=5,
    columns=(
        Column(
            "publisher",
            "text",
            N_("Publisher"),
            ("publisher", "editeur", "organisme"),
            needed=True,
        ),
        Column("year", "integer", N_("Year"), ("year", "annee"), needed=True, low=1980, high=2100),
        Column("score", "number", N_("Score"), ("score", "note", "points")),
        Column("rank", "integer", N_("Rank"), ("rank", "rang", "place", "position"), low=1),
        Column("method", "text", N_("Method"), ("method", "methode")),
        Column("category", "text", N_("Category"), ("category", "categorie")),
        Column("field_size", "integer", N_("Number of brands ranked"), ("field size", "of"), low=1),
        *(
            Column(c.name, c.kind, c.title, c.names, needed=c.name == "brand", kept=c.kept)
            for c in dimensions()
        ),
    ),
    key=("publisher", "category", "year", "brand"),
    moment=("year",),
    either=(("score", "rank"),),
    identity=("publisher", "category", "year"),
    rules=(
        Rule(
            "no_score_and_no_rank",
            "score",
            ("score", "rank"),
            N_("a score or a rank"),
            lambda col: col("score").is_not_null() | col("rank").is_not_null(),
        ),
    ),
)
