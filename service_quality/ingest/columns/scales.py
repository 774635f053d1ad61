"""Answers in words, stars and fractions: which scale they belong to, and which point each is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from service_quality.ingest.columns.no_answer import folded, says_nothing

# From the worst to the best point, folded; words of one point are parted by `|`.
LISTS: tuple[tuple[str, ...], ...] = tuple(
    tuple(line.split("; "))
    for line in (
        # English
        "very dissatisfied|very unsatisfied|extremely dissatisfied|completely dissatisfied"
        "; dissatisfied|unsatisfied|somewhat dissatisfied|mostly dissatisfied"
        "; neutral|neither satisfied nor dissatisfied|neither|ok|okay"
        "; satisfied|somewhat satisfied|mostly satisfied"
        "; very satisfied|extremely satisfied|completely satisfied",
        "very dissatisfied|not at all satisfied; dissatisfied|not satisfied"
        "|somewhat dissatisfied; satisfied|somewhat satisfied; very satisfied",
        "strongly disagree; disagree; neutral|neither agree nor disagree|undecided|neither"
        "; agree; strongly agree",
        "strongly disagree; disagree; agree; strongly agree",
        "strongly disagree; disagree; somewhat disagree|slightly disagree"
        "; neutral|neither agree nor disagree|undecided; somewhat agree|slightly agree"
        "; agree; strongly agree",
        "very poor|very bad|terrible|awful; poor|bad; average|fair|ok|okay|acceptable|neutral"
        "; good; very good|excellent|great",
        "poor; fair; good; very good; excellent",
        "poor; fair|average; good; excellent",
        "very difficult|extremely difficult; difficult|somewhat difficult"
        "; neutral|neither easy nor difficult|neither; easy|somewhat easy"
        "; very easy|extremely easy",
        "very unlikely|extremely unlikely; unlikely|somewhat unlikely; neutral"
        "|neither likely nor unlikely; likely|somewhat likely; very likely|extremely likely",
        "very unhappy; unhappy; neutral; happy; very happy",
        "bad|negative|unhappy|dissatisfied; good|positive|happy|satisfied",
        "one; two; three; four; five",
        # Faces
        "😡|😠|😞|😢|😭; 🙁|☹|☹\ufe0f|😕; 😐|😶; 🙂|😊; 😀|😃|😄|😁|🤩|😍",
        # French
        "tres insatisfait|tres mecontent|pas du tout satisfait; insatisfait|mecontent|peu satisfait"
        "|plutot insatisfait|pas satisfait|plutot pas satisfait; neutre|moyennement satisfait"
        "|ni satisfait ni insatisfait; satisfait|plutot satisfait|assez satisfait"
        "; tres satisfait|tout a fait satisfait",
        "pas du tout satisfait|tres insatisfait; peu satisfait|pas satisfait|plutot pas satisfait"
        "|insatisfait|plutot insatisfait; satisfait|assez satisfait|plutot satisfait"
        "; tres satisfait|tout a fait satisfait",
        "pas satisfait; peu satisfait; satisfait; tres satisfait",
        "pas du tout|non, pas du tout|non pas du tout; plutot pas|non, plutot pas|non plutot pas"
        "; plutot|oui, plutot|oui plutot; tout a fait|oui, tout a fait|oui tout a fait",
        "pas du tout d'accord; pas d'accord|plutot pas d'accord; neutre|sans opinion tranchee"
        "|ni d'accord ni pas d'accord|ni en accord ni en desaccord; d'accord|plutot d'accord"
        "; tout a fait d'accord",
        "pas du tout d'accord; pas d'accord|plutot pas d'accord; d'accord|plutot d'accord"
        "; tout a fait d'accord",
        "tres mauvais|tres mauvaise; mauvais|mauvaise; moyen|moyenne|correct|correcte|passable"
        "; bon|bonne|bien; tres bon|tres bonne|tres bien|excellent|excellente",
        "mauvais|mauvaise; moyen|moyenne|passable; bien|bon|bonne"
        "; excellent|excellente|super|tres bien|tres bon|tres bonne",
        "tres difficile; difficile; neutre|ni facile ni difficile; facile; tres facile",
        # German
        "sehr unzufrieden; unzufrieden|eher unzufrieden; neutral|teils teils|teils/teils"
        "|teils, teils|weder noch|weder zufrieden noch unzufrieden; zufrieden|eher zufrieden"
        "; sehr zufrieden",
        "sehr unzufrieden|gar nicht zufrieden; unzufrieden|eher unzufrieden"
        "; zufrieden|eher zufrieden; sehr zufrieden",
        "unzufrieden|nicht zufrieden; weniger zufrieden|wenig zufrieden; zufrieden; sehr zufrieden",
        "stimme uberhaupt nicht zu|stimme gar nicht zu|trifft uberhaupt nicht zu|trifft nicht zu"
        "; stimme nicht zu|stimme eher nicht zu|lehne ab|trifft eher nicht zu"
        "; neutral|teils teils|teils/teils|teils, teils|weder noch|unentschieden"
        "; stimme zu|stimme eher zu|trifft eher zu"
        "; stimme voll zu|stimme voll und ganz zu|stimme vollig zu|trifft voll zu|trifft zu"
        "|trifft voll und ganz zu",
        "sehr schlecht; schlecht; mittel|mittelmassig|mittelmaßig|befriedigend|okay|ok"
        "|durchschnittlich; gut; sehr gut|ausgezeichnet",
        "schlecht; mittel|mittelmassig|mittelmaßig|befriedigend; gut; sehr gut|ausgezeichnet",
        "sehr schwierig|sehr schwer; schwierig|schwer; neutral|weder noch; einfach|leicht"
        "; sehr einfach|sehr leicht",
        # Spanish
        "muy insatisfecho|muy insatisfecha|nada satisfecho|nada satisfecha"
        "; insatisfecho|insatisfecha|poco satisfecho|poco satisfecha"
        "; neutral|neutro|indiferente|ni satisfecho ni insatisfecho|regular"
        "; satisfecho|satisfecha|algo satisfecho; muy satisfecho|muy satisfecha"
        "|totalmente satisfecho",
        "muy insatisfecho|muy insatisfecha|nada satisfecho|nada satisfecha"
        "; insatisfecho|insatisfecha|poco satisfecho|poco satisfecha; satisfecho|satisfecha"
        "; muy satisfecho|muy satisfecha",
        "totalmente en desacuerdo|muy en desacuerdo; en desacuerdo"
        "; neutral|ni de acuerdo ni en desacuerdo; de acuerdo"
        "; totalmente de acuerdo|muy de acuerdo",
        "muy malo|muy mala|muy mal|pesimo|pesima; malo|mala|mal; regular|normal|aceptable"
        "; bueno|buena|bien; muy bueno|muy buena|muy bien|excelente",
        # Portuguese
        "muito insatisfeito|muito insatisfeita|nada satisfeito|totalmente insatisfeito"
        "; insatisfeito|insatisfeita|pouco satisfeito"
        "; neutro|indiferente|nem satisfeito nem insatisfeito|regular"
        "; satisfeito|satisfeita; muito satisfeito|muito satisfeita|totalmente satisfeito",
        "muito insatisfeito|muito insatisfeita|nada satisfeito; insatisfeito|insatisfeita"
        "|pouco satisfeito; satisfeito|satisfeita; muito satisfeito|muito satisfeita",
        "discordo totalmente|discordo plenamente; discordo|discordo parcialmente"
        "; neutro|nao concordo nem discordo|indiferente; concordo|concordo parcialmente"
        "; concordo totalmente|concordo plenamente",
        "pessimo|pessima|muito ruim|muito mau|muito ma; ruim|mau|ma; regular|razoavel|medio"
        "; bom|boa; otimo|otima|muito bom|muito boa|excelente",
        # Italian
        "molto insoddisfatto|molto insoddisfatta|per niente soddisfatto"
        "; insoddisfatto|insoddisfatta|poco soddisfatto; neutro|neutrale"
        "|ne soddisfatto ne insoddisfatto"
        "; soddisfatto|soddisfatta|abbastanza soddisfatto; molto soddisfatto|molto soddisfatta",
        "per niente d'accordo|fortemente in disaccordo; in disaccordo|poco d'accordo"
        "; neutro|ne d'accordo ne in disaccordo; d'accordo|abbastanza d'accordo"
        "; molto d'accordo|completamente d'accordo|totalmente d'accordo",
        "pessimo|pessima|molto scarso; scarso|scarsa|cattivo; sufficiente|discreto|medio"
        "; buono|buona; ottimo|ottima|molto buono|eccellente",
        # Dutch
        "zeer ontevreden|heel ontevreden|erg ontevreden; ontevreden; neutraal"
        "|niet tevreden niet ontevreden"
        "; tevreden; zeer tevreden|heel tevreden|erg tevreden",
        "helemaal mee oneens|zeer mee oneens; mee oneens|oneens; neutraal"
        "|niet mee eens niet mee oneens"
        "; mee eens|eens; helemaal mee eens|zeer mee eens",
        "zeer slecht|heel slecht; slecht; matig|redelijk|voldoende|neutraal; goed"
        "; zeer goed|heel goed|uitstekend",
        # Polish
        "bardzo niezadowolony|bardzo niezadowolona; niezadowolony|niezadowolona"
        "|raczej niezadowolony"
        "; neutralny|neutralna|ani zadowolony ani niezadowolony; zadowolony|zadowolona"
        "|raczej zadowolony; bardzo zadowolony|bardzo zadowolona",
        "zdecydowanie nie zgadzam sie; nie zgadzam sie|raczej sie nie zgadzam; trudno powiedziec"
        "|ani tak ani nie; zgadzam sie|raczej sie zgadzam; zdecydowanie sie zgadzam",
        "bardzo zle|bardzo zla|bardzo zly; zle|zla|zly; srednio|przecietnie|przecietna"
        "; dobrze|dobra|dobry; bardzo dobrze|bardzo dobra|bardzo dobry",
    )
)
# The words of each list, with the points that they stand for; and those of all lists.
_PLACES = tuple(
    {word: n for n, words in enumerate(points, 1) for word in words.split("|")} for points in LISTS
)
_WORDS = frozenset().union(*_PLACES)
# The three groups of a recommendation from 0 to 10, each by the mark nearest to the others.
GROUPS: dict[float, str] = {
    9: "promoter|promoters|promoteur|promoteurs|promotrice|promotrices|promotor|promotoren"
    "|promotorin|promotores|promotora|promotoras|promotore|promotori|promotrici|promotors"
    "|forderer|befurworter|fan|ambassadeur|ambassadeurs",
    7: "passive|passives|passiv|passif|passifs|neutral|neutrals|neutre|neutres|neutro|neutros"
    "|neutra|neutri|pasivo|pasivos|pasiva|pasivas|passivo|passivos|passivi|passiva|passief"
    "|passieven|neutraal|indifferent|indifferente|indifferents|unentschlossene|satisfait",
    6: "detractor|detractors|detracteur|detracteurs|detractrice|detractrices|detraktor"
    "|detraktoren|detractores|detractora|detractoras|detrator|detratores|detratora"
    "|detrattore|detrattori|detractoren|criticaster|criticasters|kritiker",
}
SURE_OF_GROUPS = re.compile(r"^(promot|detra)")  # no other scale has these words
STARS = re.compile(r"^([★⭐]+)\ufe0f?([☆✩]*)$")
SAID_STARS = re.compile(r"^(\d+([.,]\d+)?)\s*(stars?|etoiles?|sterne?|★|⭐)$")
OUT_OF = re.compile(r"^(\d+([.,]\d+)?)\s*(?:/|out of|sur|von|of)\s*(\d+)$")
LABELLED = re.compile(r"^(\d{1,2})\s*(?:[-–—=:.)]|\()\s*([^\d\s].*)$")
NUMBER = re.compile(r"^\d+([.,]\d+)?$")
# One word for women and men: `satisfait(e)`, `satisfait·e`, `satisfecho/a`; and that of women.
OF_BOTH = re.compile(r"(?<=[a-z])(?:\((?:e|s|es|a|o|as|os)\)|[·•./](?:e|s|es|a|o)\b)")
OF_WOMEN = re.compile(r"\b((?:in)?satisfait|mecontent)e?s?\b")
SCALE_OF_HEADER = re.compile(
    r"[(\[](?:de|from|von|da|van|on|escala|scale|echelle)?\s*([01])\s*(?:-|–|a|to|bis|tot)\s*(\d{1,2})[)\]]"
)
ENOUGH = 0.95

# What the ends of a scale mean, where a header says it: `(1 = very satisfied, 4 = not at all)`.
ENDS_OF_HEADER = re.compile(
    r"[(\[]\s*(\d{1,2})\s*[=:]\s*([^\d,;)\]]+?)\s*[,;/…. ]+"
    r"\s*(\d{1,2})\s*[=:]\s*([^\d,;)\]]+?)\s*[)\]]"
)


@dataclass(frozen=True)
class Answers:
    """What the texts of a column mean: `points` by text, and the `scale` that the texts state.

    `how` is words, stars, fractions, labels or groups; `scale` is None where labels leave it open;
    `others` are scales that the same words could belong to.
    """

    how: str
    points: dict[str, float] = field(default_factory=dict)
    scale: str | None = None
    others: tuple[str, ...] = ()


def answers(
    counts: Mapping[str, int], size: int | None = None, *, groups: bool = False
) -> Answers | None:
    """Return what a column's texts mean, None where they are no answers in words.

    `counts` says how often each text occurs; `size` is the number of points of a scale that a
    person stated. One list, or one way to write, must hold all but a few of the answers. `groups`
    where promoters, passives and detractors may be meant.
    """
    texts = {text: n for text, n in counts.items() if text and not says_nothing(text)}
    if not texts or all(NUMBER.match(text) for text in texts):
        return None
    grouped = _grouped(texts) if groups else None
    found = [grouped, _starred(texts), _fractions(texts), _labelled(texts), *_worded(texts, size)]
    total = sum(texts.values())

    def share(of: Answers) -> float:
        return sum(n for text, n in texts.items() if text in of.points) / total

    fit = [a for a in found if a and share(a) >= ENOUGH]
    if not fit:
        return None
    others = dict.fromkeys(a.scale for a in fit if a.scale and a.scale != fit[0].scale)
    return replace(fit[0], others=tuple(others))


def ends(scale: str | None) -> tuple[int, int] | None:
    """Return the ends of a stated scale such as 1-5, the lower one first; None: not stated."""
    match = re.match(r"^\s*(\d+)\s*(?:-|–|to|à|\.\.)\s*(\d+)", scale or "")
    if not match:
        return None
    low, high = sorted((int(match[1]), int(match[2])))
    return low, high


def of_header(header: str) -> str | None:
    """Return the scale that a header states in brackets: `Satisfaction (1-10)`.

    4-1, the best end last, of `(1 = very satisfied, 4 = very dissatisfied)`.
    """
    if found := SCALE_OF_HEADER.search(folded(header)):
        return f"{found[1]}-{found[2]}"
    if not (found := ENDS_OF_HEADER.search(folded(header))):
        return None
    low, high = (_end(_word(text)) for text in (found[2], found[4]))
    if low is None or high is None or low == high:
        return None
    return f"{found[1]}-{found[3]}" if low < high else f"{found[3]}-{found[1]}"


def _end(word: str) -> int | None:
    """Return 0 for words of the worst end of a scale, 1 for those of the best one, else None."""
    ends = {
        place[word] == max(place.values())
        for place in _PLACES
        if place.get(word) in (1, max(place.values()))
    }
    return int(ends.pop()) if len(ends) == 1 else None


def _word(text: str) -> str:
    """Return an answer folded, whoever gives it: `Très satisfait(e)` is `tres satisfait`."""
    return OF_WOMEN.sub(r"\1", OF_BOTH.sub("", folded(text)))


def size(scale: str | None) -> int | None:
    """Return how many points a stated scale such as 1-5 has, None where there is none."""
    found = ends(scale)
    return found[1] - found[0] + 1 if found else None


def _worded(texts: Mapping[str, int], size: int | None) -> list[Answers]:
    """Return the readings by lists of words: one used to its ends first, then five points."""
    said = {text: word for text in texts for word in (folded(text), _word(text)) if word in _WORDS}
    if sum(texts[text] for text in said) < ENOUGH * sum(texts.values()):
        return []
    found = []
    for points, place in zip(LISTS, _PLACES, strict=True):
        if size and len(points) != size:
            continue
        plain = {text: float(place[word]) for text, word in said.items() if word in place}
        filled = len(set(plain.values())) / len(points)
        rank = (filled == 1, len(points) == 5, filled)
        found.append((rank, Answers("words", plain, f"1-{len(points)}")))
    found.sort(key=lambda f: f[0], reverse=True)
    return [answers for _rank, answers in found]


def _grouped(texts: Mapping[str, int]) -> Answers | None:
    """Read promoter, passive and detractor, as a share of each is all that a score needs."""
    points = {word: mark for mark, words in GROUPS.items() for word in words.split("|")}
    found = {text: points[folded(text)] for text in texts if folded(text) in points}
    sure = any(SURE_OF_GROUPS.match(folded(text)) for text in found)
    return Answers("groups", found, "0-10") if sure else None


def _starred(texts: Mapping[str, int]) -> Answers | None:
    drawn = {text: m for text in texts if (m := STARS.match(text.strip()))}
    spelled = {text: m for text in texts if (m := SAID_STARS.match(folded(text)))}
    points = {text: float(len(m[1])) for text, m in drawn.items()}
    points |= {text: _number(m[1]) for text, m in spelled.items()}
    if not points:
        return None
    most = max([*(len(m[1]) + len(m[2]) for m in drawn.values()), *points.values()])
    return Answers("stars", points, f"1-{max(5, int(most)):d}")


def _fractions(texts: Mapping[str, int]) -> Answers | None:
    found = {text: m for text in texts if (m := OUT_OF.match(folded(text)))}
    if not found:
        return None
    tops = [m[3] for text, m in found.items() for _ in range(texts[text])]
    top = max(set(tops), key=tops.count)
    points = {text: _number(m[1]) for text, m in found.items() if m[3] == top}
    low = 0 if int(top) > 10 or 0.0 in points.values() else 1
    return Answers("fractions", points, f"{low}-{top}")


def _labelled(texts: Mapping[str, int]) -> Answers | None:
    """Read `5 - very satisfied`; often only the ends of a scale have a label."""
    labelled = {text: m for text in texts if (m := LABELLED.match(text.strip()))}
    if not labelled:
        return None
    found = {text: float(m[1]) for text, m in labelled.items()}
    plain = {text: _number(text) for text in texts if NUMBER.match(text.strip())}
    words = {
        _word(m[2] if "(" in m[2] else m[2].rstrip(") ")): int(m[1]) for m in labelled.values()
    }
    return Answers("labels", found | plain, _scale_of_labels(words))


def _scale_of_labels(words: Mapping[str, int]) -> str | None:
    """Return the scale that labels state, as their numbers are the places of words of one list.

    From the worst to the best point, or from the best to the worst: 4-1. None where they leave
    it open.
    """
    scales = set()
    for points, place in zip(LISTS, _PLACES, strict=True):
        if len(words) < 2 or not words.keys() <= place.keys():
            continue
        size = len(points)
        if all(place[word] == n for word, n in words.items()):
            scales.add(f"1-{size}")
        elif all(place[word] == size + 1 - n for word, n in words.items()):
            scales.add(f"{size}-1")
    return scales.pop() if len(scales) == 1 else None


def _number(text: str) -> float:
    return float(text.strip().replace(",", "."))
