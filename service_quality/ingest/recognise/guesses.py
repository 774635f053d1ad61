"""Guesses which header could be a column, by name and values, for a person to confirm."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from service_quality.base.language import N_, _
from service_quality.definitions.datasets import Column, Dataset
from service_quality.ingest.columns import scales, vocabulary
from service_quality.ingest.columns.dates import CLOCK, ISO, PARTS, are_numbers_of_dates, is_date
from service_quality.ingest.columns.no_answer import folded as cell
from service_quality.ingest.columns.no_answer import says_nothing
from service_quality.ingest.read.table import Table
from service_quality.ingest.recognise.names import core_of_a_time, folded, normal, without

SAMPLE = 200
HALF = 0.5  # of the values fit, or a part of a header's name speaks for nothing
MOST_ODD = 1 / 3  # of the answers to a question that says what it asks
ENDS = (5, 7, 10)  # of the usual scales
MANY = 3  # questions, that make a file of numbers a survey
MOST = 3  # guesses for one column
# A number that may be written with blanks between thousands.
NUMBER = re.compile(r"^[+-]?\d+([.,]\d+)?$")
WAIT = re.compile(r"^\d{1,4}([.,]\d+)?$|^\d{1,4}:\d\d(:\d\d)?$")
UNITS = re.compile(r"\d+(?:[.,]\d+)?\s*([^\W\d_]+)\.?")
MONTH = re.compile(
    r"\d{4}[-/.]\d{1,2}([-/.]0?1)?([T ]00:00(:00)?)?|(0?1[-/.])?\d{1,2}[-/.]\d{4}"
    r"|(19|20)\d\d(0[1-9]|1[0-2])"
)
PERIOD = re.compile(r"[qth]\d[ -]?\d{4}|\d{4}[ -]?[qthw]\d{1,2}")
WHOLE = re.compile(r"^\d{1,2}([.,]0+)?$")
HALVES = re.compile(r"^\d{1,2}([.,](0+|50*))?$")  # other decimals are means of several marks
YES_NO = {"yes", "no", "y", "n", "true", "false", "oui", "non", "o", "vrai", "faux", "ja", "nein"}
ID_WORDS = {
    "id",
    "ids",
    "ref",
    "reference",
    "number",
    "key",
    "ticket",
    "numero",
    "no",
    "nr",
    "uuid",
}
# Ids of something else: what rows of another kind are called.
OTHER_IDS = {
    *("order", "invoice", "user", "customer", "client", "product", "payment", "transaction"),
    *("employee", "campaign", "account", "device", "session", "survey", "review", "response"),
    *("item", "article", "commande", "facture", "utilisateur", "produit", "avis", "compte"),
    *("bewertung", "bewertungs", "umfrage", "antwort", "rezension", "encuesta", "resena"),
    *("pesquisa", "avaliacao", "recensione", "beoordeling", "enquete", "sondage", "ankieta"),
    *("pedido", "cliente", "factura", "producto", "usuario", "bestellung", "rechnung", "kunde"),
}
# What a question says that asks whether one would recommend, or is satisfied.
RECOMMENDS = re.compile(
    r"\b(nps|recom+i?end\w*|recom+and\w*|weiterempfehl\w*|raccomand\w*|consiglier\w*"
    r"|aanbevel\w*|aanraden|polec\w*)\b"
)
SATISFIES = re.compile(
    r"\b(csat|satisf\w*|rating|zufrieden\w*|note globale|overall|sod+isf\w*|tevreden\w*"
    r"|zadowol\w*)\b"
)
SCORE = re.compile(
    r"\b(scores?|ratings?|stars?|etoiles?|notes?|nota|puntuacion|valoracion|calificacion|avaliacao|"
    r"sterne?|estrellas?|estrelas?|stelle|sterren|gwiazdki|"
    r"bewertung|voto|valutazione|beoordeling|csat|nps|satisf\w*|zufrieden\w*"
    r"|grades?|marks?|(?<!story )points|evaluations?|appreciation|punkte|punktzahl"
    r"|benotung|schulnote"
    r"|puntos|puntaje|evaluacion|pontos|pontuacao|classificacao|punti|punteggio|giudizio"
    r"|(rapport)?cijfers?|waardering|punten|ocena|betyg)\b"
)
# Names that say it is something else, whatever the values look like.
OTHER_DAYS = re.compile(
    r"\b(purchase|order|commande|pedido|bestell\w*|achat|kauf|birth|naissance|geburts\w*|due|deadline|expir\w*)\b"
)
ORDERED = re.compile(
    r"^(order|ordered|commande|pedido|bestell\w*)( (date|at|on|time|datum|le))?$"
    r"|^(date|fecha|data) (de |d )?(la |do )?(order|commande|pedido)$"
)
# What is said of how long it took until a time, and of times that are no such wait.
WAITS = {
    "first_reply_at": re.compile(
        r"\b(first (repl|respon|answer)\w*|(premiere|1re|1ere) reponse|primera respuesta"
        r"|primeira resposta|erste\w* (antwort|reaktion)|prima risposta"
        r"|eerste (reactie|antwoord))\b"
    ),
    "solved_at": re.compile(
        r"\b(resolution|resolve|resolu|losung\w*|resolucion|resolucao|solucion|solucao"
        r"|risoluzione|oploss\w*|oplostijd)\b"
    ),
    "replied_at": re.compile(
        r"\b((reply|response|answer) (time|delay)|(delai|temps) de reponse|antwortzeit"
        r"|reaktionszeit|tiempo de respuesta|tempo de resposta|tempo di risposta|reactietijd)\b"
    ),
}
NO_WAITS = re.compile(
    r"\b(business|working|ouvr\w+|sla|remain\w*|restant\w*|left|target|promis\w*|escalat\w*|due"
    r"|average|avg|mean|moyen\w*|median\w*|laboral\w*|uteis|arbeits\w*)\b"
)
NO_COUNT = re.compile(
    r"\b(moyen(ne)?|average|avg|mean|median\w*|duree|duration|rate|taux|per ?cent)\b"
)
# What was counted is a promise broken.
BROKEN = re.compile(
    r"\b(cancel\w*|late|delay\w*|missed|failed|failures?|abandon\w*|lost|breach\w*|refused|annul\w*"
    r"|retards?|perdus?|echecs?|manques?|ausgefallen\w*|verspat\w*|retras\w*|atras\w*|ritard\w*"
    r"|cancelad\w*|perdid\w*|over|beyond|plus de|more than|longer than)\b"
)
EFFORT = re.compile(r"\b(effort\w*|aufwand|esfuerzo|esforco|sforzo|inspanning)\b")
# A place in a ranking is no score, and no answer.
RANKS = re.compile(
    r"\b(ranks?|ranking|ranked|rangs?|classements?|placing|platz|platzierung|rangplatz|puesto"
    r"|clasificacion|classificacao|posicao|posicion|posizione|classifica|positie|positions?)\b"
)
# Headers of what may be no more than the number of a row.
ROW_NUMBERS = ("#", "no", "nr", "n", "num", "number", "nummer", "numero", "numer", "lp")
EARLIER = re.compile(
    r"\b(previous|prior|last|change|earlier|before|precedent\w*|passe|evolution|variation|vorjahr\w*"
    r"|anterior\w*|precedente|vorig\w*|diff\w*)\b"
)
REASONS = {
    "time": N_("its values are dates"),
    "month": N_("its values are months"),
    "integer": N_("its values are whole numbers"),
    "number": N_("its values are numbers"),
    "yes_no": N_("its values are yes and no"),
    "text": N_("no value comes twice"),
    "nps": N_("its values are whole numbers from 0 to 10"),
    "csat": N_("its values are whole numbers from {low} to {high}"),
    "words": N_("its values are answers in words"),
    "wait": N_("its values are waits"),
}


@dataclass(frozen=True)
class Guess:
    """A header that could be a column: `why` is the reason, `named` whether its name speaks too."""

    column: str
    header: str
    why: str
    named: bool = False


def guesses_for(
    table: Table,
    dataset: Dataset,
    names: Collection[str],
    taken: Collection[str],
    likely: Sequence[str] = (),
    since: str | None = None,
) -> dict[str, tuple[Guess, ...]]:
    """Return the best guesses for each of these columns, those first whose names speak too.

    `likely` are columns that the file can do without: headers whose names speak, and any times
    that are no other column by their names. `since` is the time that waits are counted from.
    """
    found: dict[str, tuple[Guess, ...]] = {}
    for name in names:
        column = dataset.column(name)
        options = [
            guess
            for header in table.headers
            if header not in taken and (guess := _guess(table, dataset, column, header))
        ]
        if name == "due":  # no more can be kept than were due
            options.sort(key=lambda guess: -_sum(table, guess.header))
        spoken_for = {best[0].header for best in found.values()}
        free = [guess for guess in options if guess.header not in spoken_for]
        if name in ("csat", "nps") and len(free) > 1 and not any(guess.named for guess in free):
            continue  # several such answers: to pick one would be a guess at random
        if options:
            found[name] = tuple(sorted(options, key=lambda g: not g.named))[:MOST]
    spoken_for = {best[0].header for best in found.values()}
    for name in likely:
        column = dataset.column(name)
        options = [
            guess
            for header in table.headers
            if header not in taken and header not in spoken_for
            if (guess := _likely(table, dataset, column, header, since))
        ]
        if options:
            found[name] = tuple(sorted(options, key=lambda g: not g.named))[:MOST]
    return found


def _sum(table: Table, header: str) -> float:
    plain = (re.sub(r"[\s\u00a0\u202f]", "", value) for value in table.values(header))
    return sum(float(v.replace(",", ".")) for v in plain if NUMBER.match(v))


def _likely(
    table: Table, dataset: Dataset, column: Column, header: str, since: str | None
) -> Guess | None:
    """Return a guess at a column that a file can do without; it may be empty in most rows."""
    named = _is_like(column, header)
    if column.kind == "time" and column.name not in dataset.moment:
        if since and _waits_for(table, column, header):
            why = REASONS["wait"]
            return Guess(column.name, f"{since} + {header}", _(why), named=True)
        fits = (share_that_fits(table, column, header) or 0) > 0.9
        strange = bool(OTHER_DAYS.search(normal(header))) or not _is_filled(table, header)
        other = not named and (strange or _is_of_another(dataset, column, header))
        other = other or bool(ORDERED.search(normal(header)))
        return (
            Guess(column.name, header, _(REASONS[column.kind]), named)
            if fits and not other
            else None
        )
    if column.kind in ("integer", "number", "yes_no") and named:
        return _guess(table, dataset, column, header)
    return None


def _waits_for(table: Table, column: Column, header: str) -> bool:
    """Whether a column holds how long it took until a time: not in hours of business, nor left."""
    text = normal(header)
    waits = WAITS.get(column.name)
    named = bool(waits and waits.search(text)) and not NO_WAITS.search(text)
    return named and are_waits(table, column, header)


def _is_of_another(dataset: Dataset, column: Column, header: str) -> bool:
    """Whether a header is by its name another time than the column: `Closed` is no first reply."""
    told = core_of_a_time(without(header, dataset.nouns))
    return any(
        other.kind == "time" and other.name != column.name and told in _cores(other.names)
        for other in dataset.columns
    )


@cache
def _cores(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(core_of_a_time(name) for name in names) - {""}


def share_that_fits(table: Table, column: Column, header: str) -> float | None:
    """Return how many of the first values suit a column; None where nothing can be said."""
    if column.kind in ("text", "yes_no", "scale", "id") or header not in table.places:
        return None
    question = (header, column.kind, column.looks, column.low, column.high)
    if question not in table.shares:
        of_times = column.kind == "time"
        values = [
            v for v in table.values(header)[:SAMPLE] if not says_nothing(v, of_times=of_times)
        ]
        fitting = sum(_fits(column, value) for value in values)
        table.shares[question] = fitting / len(values) if values else None
    return table.shares[question]


def are_waits(table: Table, column: Column, header: str) -> bool:
    """Whether what its name calls a time holds durations: `First reply` in hours is no moment.

    Nor are times of day, whose day stands elsewhere.
    """
    values = table.values(header)[:SAMPLE] if column.kind == "time" else []
    values = [value for value in values if not says_nothing(value, of_times=True)]
    if values and all(map(NUMBER.match, values)):
        return not are_numbers_of_dates(values)
    return bool(values) and all(map(_is_wait, values))


def _is_wait(value: str) -> bool:
    value = value.strip()
    if WAIT.match(value) or CLOCK.match(value):
        return True
    text = cell(value)
    units = UNITS.findall(text)
    return bool(units) and not UNITS.sub("", text).strip(" ,") and all(u in _units() for u in units)


@cache
def _units() -> frozenset[str]:
    """Return the names of units of time, as durations in words have them: 1h 30m, 2 jours."""
    return frozenset(name for names in vocabulary.units().values() for name in names)


def speaks_against(table: Table, column: Column, header: str, *, sure: bool) -> bool:
    """Whether the values cannot be what a header's name says; if that is not `sure`, most must fit.

    A column `Closed` may say yes and no, and when a ticket was closed stands elsewhere.
    """
    if are_waits(table, column, header):
        return True
    values = table.values(header)[:SAMPLE]
    if column.kind == "time" and values and {v.strip().casefold() for v in values} <= YES_NO:
        return True
    if column.kind == "yes_no" and values and all(map(_is_date, values)):
        return True
    share = None if sure else share_that_fits(table, column, header)
    return share is not None and share < HALF


def all_different(table: Table, header: str) -> bool:
    """Whether no value comes twice, and none is lacking."""
    values = [row[table.places[header]] or "" for row in table.sample[:SAMPLE]]
    return bool(values) and all(values) and len(set(values)) == len(values)


def is_score(table: Table, header: str) -> bool:
    """Whether a header says that it is a mark, and its values are marks up to 10."""
    values = table.values(header)[:SAMPLE]
    return (
        bool(SCORE.search(normal(header)))
        and bool(values)
        and all(HALVES.match(v) and float(v.replace(",", ".")) <= max(ENDS) for v in values)
    )


def are_answers(table: Table, headers: Sequence[str]) -> bool:
    """Whether some columns are a survey's: one is a mark by its name, or several hold points."""
    if any(SCORE.search(normal(header)) and _are_words(table, header) for header in headers):
        return True
    points = [header for header in headers if _are_points(table, header)]
    return len(points) >= MANY or any(is_score(table, header) for header in headers)


def _are_words(table: Table, header: str) -> bool:
    return scales.answers(Counter(table.values(header)[:SAMPLE])) is not None


def _are_points(table: Table, header: str) -> bool:
    values = table.values(header)[:SAMPLE]
    marks = {value for value in values if value.isascii() and value.isdigit()}
    small = all(value in marks and int(value) <= max(ENDS) for value in values)
    return small and len(marks) > 2 and _is_filled(table, header)


def asks(header: str, name: str) -> bool:
    """Whether a question says itself that it is the recommendation, or the satisfaction."""
    return bool({"nps": RECOMMENDS, "csat": SATISFIES}[name].search(normal(header)))


def answers_fit(table: Table, name: str, header: str) -> str | None:
    """Return why answers could be those of a recommendation or satisfaction; None: they are not."""
    values = [v for v in table.values(header)[:SAMPLE] if not says_nothing(v)]
    named = asks(header, name) or (name == "csat" and is_score(table, header))
    marks = HALVES if name == "csat" and named else WHOLE
    fitting = [v for v in values if marks.match(v) and not (named and _mark(v) > max(ENDS))]
    # A few odd cells are set aside, each with its reason; they do not undo what the header asks.
    odd = (len(values) - len(fitting)) / max(1, len(values))
    if not fitting or odd > (MOST_ODD if asks(header, name) else 0):
        return None
    if not (named or _is_filled(table, header)):
        return None
    numbers = {int(_mark(value)) for value in fitting}
    low, high = min(numbers), max(numbers)
    # Answers may not reach the ends of the scale, but then the name must tell.
    if name == "nps":
        fits = high <= 10 if named else high == 10 and len(numbers) >= min(9, len(values) / 2)
        return _(REASONS["nps"]) if fits and not (not named and asks(header, "csat")) else None
    fits = high in ENDS and low in (0, 1) and len(numbers) > 2
    fits = fits or (named and high <= max(ENDS))
    return _(REASONS["csat"]).format(low=low, high=high) if fits else None


def _mark(value: str) -> float:
    return float(value.replace(",", "."))


def words_fit(table: Table, name: str, header: str, *, by_header: bool = True) -> str | None:
    """Return why answers in words could be those of a question; `by_header`: if it asks so."""
    counts = Counter(table.values(header)[:SAMPLE])
    fits = (asks(header, name) or not by_header) and scales.answers(counts, groups=name == "nps")
    why = REASONS["words"]
    return _(why) if fits else None


def _guess(table: Table, dataset: Dataset, column: Column, header: str) -> Guess | None:
    named = _is_like(column, header)
    if column.name in ("nps", "csat"):
        if EFFORT.search(normal(header)):
            return None
        named = asks(header, column.name) or (column.name == "csat" and is_score(table, header))
        why = answers_fit(table, column.name, header)
        why = why or words_fit(table, column.name, header, by_header=column.name == "nps")
        return Guess(column.name, header, why, named) if why else None
    if column.kind == "text":
        fits = _identifies(table, dataset, column, header)
        return Guess(column.name, header, _(REASONS["text"]), named) if fits else None
    if column.kind == "yes_no":
        values = {value.casefold() for value in table.values(header)[:SAMPLE]}
        fits = bool(values) and values <= YES_NO
        return Guess(column.name, header, _(REASONS["yes_no"]), named) if fits else None
    if (share_that_fits(table, column, header) or 0) <= 0.9 or not _is_filled(table, header):
        return None
    if column.kind == "number" and is_rank(table, dataset, header):
        return None
    if column.name == "kept" and BROKEN.search(normal(header)):
        return None
    other = {"time": OTHER_DAYS, "integer": NO_COUNT}.get(column.kind)
    if other and other.search(normal(header)):
        return None
    return Guess(column.name, header, _(REASONS.get(column.kind, "")), named)


def is_rank(table: Table, dataset: Dataset, header: str) -> bool:
    """Whether a column holds places: its name says so, or it counts from 1 in a ranking."""
    if RANKS.search(normal(header)):
        return True
    return dataset.kind == "rankings" and _counts(table, header)


def _counts(table: Table, header: str) -> bool:
    """Whether a column counts its rows, from 1."""
    values = table.values(header)[:SAMPLE]
    whole = sorted(int(v) for v in values if v.isascii() and v.isdigit())
    return len(whole) == len(values) and whole == list(range(1, len(values) + 1))


def rank_of(table: Table, column: Column, taken: Collection[str]) -> str | None:
    """Return the one header that says it is a rank, with places below it: `THE World Rank`."""
    ranks = [
        header
        for header in table.headers
        if header not in taken and RANKS.search(normal(header))
        if not EARLIER.search(normal(header))
        and (share_that_fits(table, column, header) or 0) > 0.9
    ]
    return ranks[0] if len(ranks) == 1 else None


def only_names(table: Table, year: str | None, taken: Collection[str]) -> str | None:
    """Return the one header below which names stand, none of them twice in a `year`."""
    texts = [
        header
        for header in table.headers
        if header not in taken
        and 2 * sum(value.strip()[:1].isalpha() for value in table.values(header)[:SAMPLE])
        > len(table.values(header)[:SAMPLE])
    ]
    if len(texts) != 1 or not _is_filled(table, texts[0]):
        return None
    at = [table.places[header] for header in (year, texts[0]) if header in table.places]
    cells = [tuple(row[place] for place in at) for row in table.sample[:SAMPLE]]
    return texts[0] if len(set(cells)) == len(cells) else None


def numbers_of_places(table: Table, names: str, taken: Collection[str]) -> str | None:
    """Return the header that numbers the rows of a ranking, as `#` does; None where none does.

    A list from A to Z is numbered too, and no ranking; beside other numbers it may be any list.
    """
    listed = [value.casefold() for value in table.values(names)]
    if len(listed) < 2 or listed == sorted(listed):
        return None
    numbers = [
        header
        for header in table.headers
        if header not in taken and any(map(NUMBER.match, table.values(header)[:SAMPLE]))
    ]
    if len(numbers) != 1 or folded(numbers[0]) not in ROW_NUMBERS:
        return None
    return numbers[0] if _counts(table, numbers[0]) else None


def _identifies(table: Table, dataset: Dataset, column: Column, header: str) -> bool:
    """Whether a header looks like the id of its rows: short, all different, no date."""
    if column.name != dataset.id_column:
        return False
    values = [row[table.places[header]] or "" for row in table.sample[:SAMPLE]]
    different = len(set(values)) > 0.98 * len(values)
    short = all(0 < len(value) <= 40 and not _is_date(value) for value in values)
    words = set(normal(header).split())
    if words & OTHER_IDS - {word for noun in dataset.nouns for word in noun.split()}:
        return False
    named = bool(ID_WORDS & words)
    return different and short and bool(values) and (named or header == table.headers[0])


def _is_filled(table: Table, header: str) -> bool:
    """Whether half of the rows have a value at least."""
    return 2 * len(table.values(header)) >= max(1, len(table.sample))


def _is_like(column: Column, header: str) -> bool:
    """Whether a header holds one of a column's names, or all of its words but a few."""
    words = frozenset(normal(header).split())
    names, any_of_them = _words_of((column.name, *column.names))
    return not words.isdisjoint(any_of_them) and any(
        wanted <= words or (len(words) > 1 and words <= wanted) for wanted in names
    )


@cache
def _words_of(names: tuple[str, ...]) -> tuple[tuple[frozenset[str], ...], frozenset[str]]:
    """Return the words of each name of a column, and those of all."""
    words = tuple(frozenset(normal(name).split()) for name in names)
    return words, frozenset().union(*words)


def _is_date(value: str) -> bool:
    value = value.strip()
    if ISO.match(value):
        return (
            1900 < int(value[:4]) < 2100 and 0 < int(value[4:].strip("-").split("-")[0][:2]) <= 12
        )
    parts = PARTS.match(value)
    if not parts or not parts["b"].isdigit():
        return bool(parts) or is_date(value)
    year = [int(parts[part]) for part in "ac" if len(parts[part]) == 4]
    days = all(0 < int(parts[part]) <= 31 for part in "ab" if len(parts[part]) < 3)
    return days and all(1900 < number < 2100 for number in year)


def _is_month(value: str) -> bool:
    """Whether a date stands for its month: 2024-03, 03/2024, the first of one, or its quarter."""
    return bool(MONTH.fullmatch(value) or PERIOD.fullmatch(cell(value)))


def _fits(column: Column, value: str) -> bool:
    if column.looks:
        return bool(re.fullmatch(column.looks, cell(value)))
    if column.kind == "month":
        return _is_month(value.strip())
    if column.kind == "time":
        return _is_date(value)
    number = value.replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    if not NUMBER.match(number):
        return False
    size = float(number.replace(",", "."))
    low, high = column.low, column.high
    inside = (low is None or size >= low) and (high is None or size <= high)
    return inside and (column.kind != "integer" or size.is_integer())
