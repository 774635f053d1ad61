"""Invents 256 brands, the mystery e-mails sent to them, and two published rankings of them."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product
from random import Random

from sample_draws import NORMAL, Row, clamp, in_office, poisson, some_day, stratified, years_since

OURS = "Séphanie"
YEARS = (2023, 2024, 2025)
TOPICS = ("Delivery", "Returns", "Product", "Payment", "Account")
MAILS_A_YEAR = 5
# The study closes its books a month after the last e-mail, so that each of them had its 30 days.
BOOKS_CLOSED = datetime(2026, 1, 31, 18, 0)

HEADS = (
    "Abrév Almandr Ambrif Balthor Bérang Brindl Brumel Calvern Célumb Clémorv Corvad Dappel Dorvén"
    " Duvrill Éclamb Elsever Estrév Fablim Févron Flambr Galvér Gérond Gorlim Halvon Hérim Hollif"
    " Irvel Jolimb Joverg Kestrob Lavér Limbor Lorvén Lumbél Malvig Mérov Mirov Morvil Néval"
    " Norbim Oblim Orvel Ouvrém Parvig Pélor Plumev Quarvil Quillév Rimbol Rosvél Savrim Sélov"
    " Silvrand Tamborl Thérol Tivarn Trévim Umbrel Valorv Vérul Vimbr Wendov Yvolin Zéphil"
).split()
TAILS = (
    "anie elle ington oise ardine ière ombe ette erley ault owick eau igne idge ois andry".split()
)
DRESS = ("{}", "{}", "Maison {}", "{}", "{} & Fils", "{}", "{}", "Atelier {}", "{}", "{} House")


def names() -> list[str]:
    """Return 256 invented brand names, ours first."""
    bare = [
        HEADS[head] + TAILS[(7 * head + 5 * turn) % len(TAILS)]
        for turn, head in product(range(4), range(len(HEADS)))
    ]
    return [OURS, *(DRESS[i % len(DRESS)].format(name) for i, name in enumerate(bare[1:], 1))]


def emails(seed: str) -> list[Row]:
    """Return five mystery e-mails a brand and year, by time received; the best of 2024 is ours."""
    rng = Random(f"emails {seed}")
    brands = names()
    skills = [NORMAL.inv_cdf(u) for u in stratified(rng, len(brands))]
    automatic = [rng.random() for _ in brands]
    rows: list[Row] = []
    for year in YEARS:
        luck = stratified(rng, len(brands) * MAILS_A_YEAR)
        for (number, k), u in zip(
            product(range(len(brands)), range(MAILS_A_YEAR)), luck, strict=True
        ):
            row = _email(rng, year, k, skills[number], u, automatic[number])
            rows.append(
                row | {"brand": number, "channel": "E-mail", "topic": TOPICS[(number + k) % 5]}
            )
    # Ours is whichever brand came first in 2024: nothing else about its e-mails is special.
    first = _first(rows, 2024)
    brands[0], brands[first] = brands[first], brands[0]
    rows.sort(key=lambda row: row["received_at"])
    # The last e-mail is answered too late, but before the books close: they are seen to be open.
    rows[-1]["replied_at"] = BOOKS_CLOSED - timedelta(minutes=21)
    for field, mark in (("quality_mark", 60), ("welcome_mark", 65), ("spelling_errors", 2)):
        rows[-1][field] = mark
    ids = ({"email_id": f"M{i:05d}"} for i in range(1, len(rows) + 1))
    named = (row | {"brand": brands[row["brand"]]} for row in rows)
    return [head | row for head, row in zip(ids, named, strict=True)]


def _email(rng: Random, year: int, k: int, skill: float, u: float, automatic: float) -> Row:
    """Return one e-mail: the fewer are answered and the worse they are spelt, the later it is."""
    received = some_day(rng, datetime(year, 1, 1) + timedelta(days=73 * k), 73)
    t = years_since(received)
    answered_on_average = 0.9425 - 0.08 * t - 0.01 * t * t
    spread = 0.55
    chance = NORMAL.cdf(
        math.hypot(1, spread) * NORMAL.inv_cdf(answered_on_average) + spread * skill
    )
    row: Row = {"received_at": received, "replied_at": None, "acknowledged_at": None}
    row |= {"mystery": "yes", "quality_mark": None, "welcome_mark": None, "spelling_errors": None}
    if automatic < 0.30 + 0.08 * (year - YEARS[0]):
        row["acknowledged_at"] = received + timedelta(seconds=rng.randint(20, 240))
    hours = 7 * 1.12**t * math.exp(1.15 * rng.gauss() - 0.3 * skill)
    if rng.random() < 0.01:
        hours = rng.uniform(31, 44) * 24
    replied = in_office(rng, received + timedelta(hours=hours))
    marks = {
        "quality_mark": _mark(rng, 68 + 8 * skill, 14),
        "welcome_mark": _mark(rng, 72 + 5 * skill, 15),
        # Twice as many in the third year as in the first, month after month.
        "spelling_errors": poisson(rng, 0.72 * 2.06 ** (t / 2) * math.exp(-0.2 * skill)),
    }
    if u < chance and replied < BOOKS_CLOSED - timedelta(hours=1):
        row |= {"replied_at": replied, **marks}
        if rng.random() < 0.005:
            row["welcome_mark"] = None
    return row


def _mark(rng: Random, mean: float, spread: float) -> int:
    """Return a mark of 0 to 100 in steps of 5, as assessors give them."""
    return int(clamp(5 * round(rng.gauss(mean, spread) / 5), 0, 100))


def _index(row: Row) -> float | None:
    """Return the mystery index of one e-mail, None where a mark is missing."""
    if row["replied_at"] is None:
        return 0.0
    if row["quality_mark"] is None or row["welcome_mark"] is None:
        return None
    hours = (row["replied_at"] - row["received_at"]) / timedelta(hours=1)
    delay = clamp(100 * (48 - hours) / 47, 0, 100)
    return float(0.4 * delay + 0.4 * row["quality_mark"] + 0.2 * row["welcome_mark"])


def _first(rows: list[Row], year: int) -> int:
    """Return the number of the brand with the highest index of the year."""
    scores: dict[int, list[float]] = {}
    for row in rows:
        if row["received_at"].year == year and (score := _index(row)) is not None:
            scores.setdefault(row["brand"], []).append(score)
    return max(scores, key=lambda brand: sum(scores[brand]) / len(scores[brand]))


def rankings(seed: str) -> list[Row]:
    """Return two invented publishers' rankings: with ranks and categories, and scores alone."""
    rng = Random(f"rankings {seed}")
    brands = names()
    rows: list[Row] = []
    for category, pool, size in (("Beauty", brands[:24], 64), ("Home", brands[24:48], 48)):
        level = {brand: rng.gauss(13.5, 1.3) for brand in pool} | {OURS: 15.2}
        for year in YEARS:
            # A change of method lifts every score of one category: no places may be compared.
            new_method = category == "Home" and year == 2025
            scores = {b: round(level[b] + rng.gauss(0, 0.6) + new_method, 1) for b in pool}
            method = "Weights 30/50/20" if new_method else "Weights 40/40/20"
            same = {"publisher": "Palmarès Tournelune", "year": year}
            tail = {"method": method, "category": category, "field_size": size}
            rows += [same | place | tail for place in _places(scores, 20)]
    level = {brand: rng.gauss(70, 7) for brand in brands[::17]}
    for year in YEARS:
        scores = {b: float(round(level[b] - year + YEARS[0] + rng.gauss(0, 4))) for b in level}
        same = {"publisher": "The Quibblewick Index", "year": year}
        tail = {"rank": None, "method": "Panel", "category": "All", "field_size": len(level)}
        rows += [same | place | tail for place in _places(scores, len(level))]
    return rows


def _places(scores: dict[str, float], shown: int) -> Iterator[Row]:
    """Yield the best brands; equal scores share the best rank, and the last place is shared too."""
    ordered = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    for brand, score in ordered:
        rank = 1 + sum(other > score for other in scores.values())
        if rank <= shown:
            yield {"brand": brand, "score": score, "rank": rank}
