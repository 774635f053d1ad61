"""Tells by its letters which single-byte encoding a Western text was written in."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

# In the order of their likelihood: the first of two that make equal sense wins.
CODECS = ("cp1252", "iso8859_15", "mac_roman", "cp850")
MOST_PLACES = 20_000
SAME = 8  # a place that repeats says no more than this often
MARGIN = 1.0
NONSENSE = -4.0

# How much a letter speaks for a reading: frequent ones of French, English, German, Spanish, …
WEIGHTS = {
    **dict.fromkeys("é", 3.0),
    **dict.fromkeys("èàêçñüöäóáíãßåøæ", 2.0),
    **dict.fromkeys("ôîâûùïëœúõìò", 1.5),
    **dict.fromkeys("ÿšžýðþ", 0.3),
}
ALONE = "àáéèêóôåöæøyÀÉÈ"
OPENING, CLOSING, DASHES, MONEY = "“‘„«‹", "”»›", "–—", "€£¥"
SIGNS = "®©™²³½¼¾·•§×±µ†"
HIGH = re.compile(rb"[\x80-\xff]")


def best(text: bytes, prefer: str = CODECS[0], margin: float = MARGIN) -> str:
    """Return the encoding in which a text makes most sense; `prefer` unless another is better.

    `margin` is how much better another has to be, in points of `sense`.
    """
    scores = {codec: sense(text, codec) for codec in (prefer, *CODECS)}
    winner = max(scores, key=lambda codec: scores[codec])
    return winner if scores[winner] >= scores[prefer] + margin else prefer


def sense(text: bytes, codec: str) -> float:
    """Return how much sense the letters beyond ASCII make in an encoding; below 0: none."""
    return sum(_place(place, codec) * min(count, SAME) for place, count in _places(text).items())


def _places(text: bytes) -> Counter[bytes]:
    """Return each byte beyond ASCII with its two neighbours, and how often it is there."""
    padded = b" " + text + b" "
    places: Counter[bytes] = Counter()
    for found, match in enumerate(HIGH.finditer(padded)):
        if found == MOST_PLACES:
            break
        places[padded[match.start() - 1 : match.start() + 2]] += 1
    return places


@lru_cache(maxsize=1 << 16)
def _place(place: bytes, codec: str) -> float:
    before, char, after = tuple(place.decode(codec, errors="replace"))
    if char == "\ufffd" or "\x80" <= char < "\xa0" or "\u2500" <= char < "\u25a0":
        return NONSENSE
    return _letter(before, char, after) if char.isalpha() else _sign(before, char, after)


def _letter(before: str, char: str, after: str) -> float:
    weight = WEIGHTS.get(char.lower(), -1.0)
    if char.isupper():
        weight /= 2
        if before.islower():
            return -3.0  # cafÉ
    elif after.isupper():
        return -2.0  # CAFéS, íA
    if not before.isalpha() and not after.isalpha():
        return 1.0 if char in ALONE else -1.0
    return weight


def _sign(before: str, char: str, after: str) -> float:
    letters = before.isalpha() and after.isalpha()
    if char == "’":
        return 3.0 if letters else 0.5
    if char in OPENING:
        return 1.0 if (not before.isalnum() and not after.isspace()) or after == "\xa0" else -1.0
    if char in CLOSING:
        return 1.0 if not before.isspace() or before == "\xa0" else -1.0
    if char in MONEY or char == "°":
        return 1.0 if not letters else -1.0
    if char in "…\xa0" or char in DASHES:
        return 0.8 if not letters else -0.2
    if char in "¿¡":
        return 1.0 if after.isalpha() and not before.isalpha() else -1.0
    if char in "ªº":
        return 1.0 if before.isdigit() else -1.0
    return 0.3 if char in SIGNS and not letters else -1.0
