"""Many small worlds in one warehouse, each a source or two: what a walk over the pages looks at.

A world is drawn by its number: one brand or several, one month or two years, 1 to 40 cases a
month, all alike or none answered, a newest month without a case, a second system.
"""

from __future__ import annotations

import random
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from service_quality.base import periods
from service_quality.base.filters import Filters
from service_quality.base.settings import Settings
from service_quality.measures import rollup
from service_quality.measures.answers import Answers
from tests import bare

SETTINGS = Settings(timezone="Europe/Paris")
FIRST = date(2024, 1, 1)
KINDS = ("emails", "tickets", "surveys")
MOMENT = {"emails": "received_at", "tickets": "created_at", "surveys": "answered_at"}
Row = dict[str, Any]


@dataclass(frozen=True)
class World:
    """One world: its sources, and how it was drawn."""

    number: int
    kind: str
    months: int
    brands: int
    shape: str
    empty_end: bool
    second: str
    tag: str

    @property
    def sources(self) -> tuple[str, ...]:
        name = f"w{self.number}"
        return (name, f"{name}b") if self.second else (name,)

    @property
    def filters(self) -> Filters:
        return Filters(where=(("source", self.sources),))


def drawn(number: int) -> World:
    """Return the world of a number, always the same."""
    rng = random.Random(number)
    return World(
        number,
        KINDS[number % len(KINDS)],
        rng.choice((1, 2, 7, 14, 25)),
        rng.choice((1, 2, 5)),
        rng.choice(("noise", "noise", "alike", "none", "all", "falls")),
        rng.random() < 0.2,
        rng.choice(("", "", "ends earlier", "takes over")),
        rng.choice(("en", "fr")),
    )


def filled(folder: Path, worlds: list[World], promises: list[Row] | None = None) -> Answers:
    """Return the answers over a warehouse that holds all these worlds, and what was promised."""
    warehouse = bare.memory(folder)
    rows: dict[str, list[Row]] = {world.kind: [] for world in worlds}
    uploads: list[Row] = []
    for world in worlds:
        for source, first, last in _spans(world):
            made = list(_rows(world, source, first, last))
            rows[world.kind] += made
            uploads.append(_upload(world, source, last, [row[MOMENT[world.kind]] for row in made]))
    bare.insert(warehouse, "uploads", uploads)
    for row in promises or ():
        about = {
            "source": "test",
            "upload_id": "u1",
            "mapped": bare.mask(warehouse, "promises", row),
        }
        bare.insert(warehouse, "promises", [row | about])
    bits = {kind: bare.mask(warehouse, kind, made[0]) for kind, made in rows.items()}
    with warehouse.transaction() as cursor:
        for kind, made in rows.items():
            cursor.register("made", pa.Table.from_pylist(made))
            cursor.execute(f"insert into {kind} by name select *, {bits[kind]} as mapped from made")
    rollup.bring_up_to_date(warehouse, SETTINGS)
    return Answers(warehouse, SETTINGS)


def _upload(world: World, source: str, last: date, days: list[datetime]) -> Row:
    observed = datetime.combine(periods.last_day(last), time.max)
    if world.empty_end:
        observed = datetime.combine(periods.last_day(periods.months_back(last, -1)), time.max)
    about = {"upload_id": f"{world.kind}-{source}", "kind": world.kind, "source": source}
    seen = {"first_at": min(days), "last_at": max(days), "observed_until": observed}
    return {**bare.UPLOAD, **about, **seen}


def _spans(world: World) -> list[tuple[str, date, date]]:
    last = periods.months_back(FIRST, 1 - world.months)
    middle = periods.months_back(FIRST, -(world.months // 2))
    if not world.second or world.months < 7:
        return [(source, FIRST, last) for source in world.sources]
    if world.second == "ends earlier":
        return [(world.sources[0], FIRST, last), (world.sources[1], FIRST, middle)]
    return [
        (world.sources[0], FIRST, periods.months_back(middle, 1)),
        (world.sources[1], middle, last),
    ]


def _rows(world: World, source: str, first: date, last: date) -> Any:
    rng = random.Random(f"{world.number}{source}")
    size = rng.randint(1, 40)
    for at, month in enumerate(periods.between(first, last)):
        n = size if world.shape == "alike" else max(1, size + rng.randint(-5, 5))
        good = {"noise": 0.7, "none": 0.0, "all": 1.0, "falls": 0.9 - at / 40}.get(world.shape, 0.5)
        for i in range(n):
            day = i % monthrange(month.year, month.month)[1]
            moment = datetime.combine(month, datetime.min.time()) + timedelta(
                days=day, hours=8 + i % 9
            )
            kept = i // world.brands % 2 == 0 if world.shape == "alike" else rng.random() < good
            wait = timedelta(hours=2 + i % 5 if kept else 30)
            brand = "ABCDE"[i % world.brands]
            yield _row(world.kind, f"{source}-{month}-{i}", moment, wait, kept) | {
                "source": source,
                "upload_id": "u1",
                "brand": brand,
            }


def _row(kind: str, name: str, at: datetime, wait: timedelta, kept: bool) -> Row:
    if kind == "emails":
        return {"email_id": name, "received_at": at, "replied_at": at + wait if kept else None}
    if kind == "tickets":
        due = at + timedelta(hours=12)
        done = {"first_reply_at": at + wait, "solved_at": at + 2 * wait if kept else None}
        return {"ticket_id": name, "created_at": at, "due_at": due, **done}
    scores = {"csat": 5.0 if kept else 2.0, "nps": 10.0 if kept else 4.0}
    invited = {"invited_at": at - timedelta(hours=1), "answered_at": at}
    return {"response_id": name, **invited, **scores, "csat_scale": "1-5", "nps_scale": "0-10"}
