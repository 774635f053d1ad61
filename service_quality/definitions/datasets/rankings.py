"""Published rankings: one row is one brand's place in one year's ranking."""

from service_quality.base.language import N_
from service_quality.definitions.datasets.base import Column, Dataset, Rule, dimensions

# What their cells look like, folded: how each is read is in `queries/ingest/places.sql`.
A_YEAR = (
    r"[a-z .:']*(19|20)\d\d(\.0+)?( ?[/–-] ?(\d\d|(19|20)\d\d))?[a-z .:]*"
    r"|(fy|ay) ?'?(\d\d|(19|20)\d\d)"
    r"|(19|20)\d\d[-/.]\d{1,2}([-/.]\d{1,2}([t ].*)?)?"
    r"|[a-z]{3,}\.?[-/ ]'?\d\d"
    r"|\d{1,2}[-/. ](\d{1,2}|[a-z]+\.?)[-/. ]((19|20)\d\d|\d\d)( .*)?"
)
A_PLACE = (
    r"(=|#|n ?[o°º.]*|nr\.?|t\.?-?|joint|tied|top|rank|rang|place|platz|[<>≤≥~]=?| )*"
    r"\d[\d.,' ]*( ?(=|st|nd|rd|th|ere?|re|e|i?eme|[°º.*+]|t|\(?tied?\)?|ex.a?equo))*"
    r"( ?([-–—/]|to|a|bis|of|sur|von) ?=?\d[\d.,' ]*)?"
)
# What else is ranked, the nearest to a brand first.
RANKED = (
    *("institution", "institution name", "university", "university name", "universite"),
    *("etablissement", "nom de l etablissement", "ecole", "school", "college", "hopital"),
    *("hospital", "company name", "entreprise", "societe", "organisation", "organization"),
    *("organisme classe", "brand name", "nom de la marque", "airline", "compagnie", "bank"),
    *("banque", "hotel", "retailer", "supplier", "fournisseur", "provider", "operator"),
    *("operateur", "marke", "unternehmen", "firma", "hochschule", "universitat", "einrichtung"),
    *("marca", "empresa", "institucion", "universidad", "instituicao", "universidade"),
    *("azienda", "ateneo", "universita", "istituzione", "merk", "bedrijf", "instelling"),
    *("insurer", "insurance company", "provider name", "operator name", "bank name", "vendor"),
    *("assureur", "prestataire", "enseigne classee", "anbieter", "versicherung", "versicherer"),
    *("krankenkasse", "betreiber", "hersteller", "handler", "krankenhaus", "klinik"),
    *("fluggesellschaft", "operador", "operadora", "banco", "entidad", "aseguradora"),
    *("proveedor", "compania", "aerolinea", "entidade", "seguradora", "fornecedor", "companhia"),
    *("banca", "operatore", "assicurazione", "fornitore", "gestore", "compagnia", "ospedale"),
    *("aanbieder", "verzekeraar", "ziekenhuis", "entita"),
    *("universiteit", "entity", "entite", "name", "nom", "nome", "nombre", "naam"),
    *("country", "pays", "land", "pais", "paese"),
)

DATASET = Dataset(
    kind="rankings",
    title=N_("Published rankings"),
    order=5,
    columns=(
        Column(
            "publisher",
            "text",
            N_("Publisher"),
            ("publisher", "editeur", "organisme", "published by", "herausgeber"),
            needed=True,
        ),
        Column(
            "year",
            "integer",
            N_("Year"),
            (
                *("year", "annee", "edition", "millesime", "ranking year", "jahr", "ano", "anno"),
                *("jaar", "academic year", "annee universitaire", "fiscal year", "exercice"),
                *("season", "saison", "publication date", "date de publication", "date"),
            ),
            needed=True,
            low=1980,
            high=2100,
            reads="read_year",
            looks=A_YEAR,
        ),
        Column(
            "score",
            "number",
            N_("Score"),
            (
                *("score", "note", "points", "overall score", "total score", "score global"),
                *("score total", "note globale", "gesamtscore", "gesamtpunktzahl", "punkte"),
                *("puntuacion", "pontuacao", "punteggio", "totaalscore"),
            ),
        ),
        Column(
            "rank",
            "integer",
            N_("Rank"),
            (
                *("rank", "rang", "place", "position", "world rank", "global rank"),
                *("overall rank", "ranking", "classement", "pos", "placing", "standing"),
                *("rang mondial", "classement mondial", "rang global", "classement general"),
                *("platz", "platzierung", "rangplatz", "weltrang", "puesto", "posicion"),
                *("clasificacion", "puesto mundial", "posicao", "classificacao", "colocacao"),
                *("lugar", "lugar mundial", "colocacion", "posizione", "classifica", "posto"),
                *("positie", "plaats", "rangorde"),
                *("ranking position", "rank position", "national rank", "rang national"),
            ),
            low=1,
            reads="read_place",
            looks=A_PLACE,
        ),
        Column("method", "text", N_("Method"), ("method", "methode", "methodology")),
        Column("category", "text", N_("Category"), ("category", "categorie")),
        Column(
            "field_size",
            "integer",
            N_("Number of brands ranked"),
            ("field size", "of", "out of", "nombre de classes", "number ranked"),
            low=1,
        ),
        *(
            Column(
                c.name,
                c.kind,
                c.title,
                (*c.names, *RANKED) if c.name == "brand" else c.names,
                needed=c.name == "brand",
                stored=c.stored,
            )
            for c in dimensions()
        ),
        Column(
            "rank_last",
            "integer",
            N_("Last place of the band"),
            reads="read_last_place",
            beside="rank",
        ),
        Column("rank_band", "text", N_("Band of places"), reads="read_band", beside="rank"),
    ),
    key=("publisher", "category", "year", "brand"),
    moment=("year",),
    either=(("score", "rank"),),
    identity=("publisher", "category", "year"),
    # A name, a date and a mark are a review as well.
    telling=("rank", "publisher"),
    rules=(
        Rule(
            "no_score_and_no_rank",
            "score",
            ("score", "rank"),
            N_("a score or a rank"),
            lambda col: col("score").is_not_null() | col("rank").is_not_null(),
            aside=True,
        ),
    ),
)
