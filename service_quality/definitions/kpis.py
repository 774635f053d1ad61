"""A KPI, read from the header of its one file in queries/kpis/."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf
from pathlib import Path
from typing import Literal, cast

from service_quality.base.errors import QueryFileError
from service_quality.base.language import N_, _, current_language
from service_quality.base.settings import Settings
from service_quality.definitions import queries, statuses

Measure = Literal["rate", "mean", "nps", "count", "duration", "stock"]
Better = Literal["higher", "lower", "neither"]
RANKED = ("rate", "mean", "nps", "duration")
MEASURES = ("rate", "ratio", "mean", "nps", "count", "duration", "stock")
# The folders of queries that say what figures mean.
DEFINITIONS = ("kpis", "measures", "datasets", "promises")
PUBLISHED = "published_score"  # of places that others gave: no sample, and maybe no values
ID = r"[a-z][a-z0-9_]*"  # of a KPI, which is the name of its file
NEEDED_KEYS = ("title", "dataset", "needs", "measure", "unit", "better")
SETTING = re.compile(r"\{([a-z_]+)\}")
# When a row is old enough to be judged: at a stored time, or so many hours or days after it.
MATURES = re.compile(r"([a-z_]+)(?: \+ ([a-z_]+_(hours|days)))?")

# Decimals of a shown value, by the header's `format`.
FORMATS = {"0.1 %": 1, "0 %": 0, "0": 0, "0.1": 1, "0.01": 2, "duration": 0}

GROUPS = {
    "replies": N_("Replies"),
    "tickets": N_("Tickets"),
    "satisfaction": N_("Satisfaction"),
    "deliveries": N_("Deliveries"),
    "promises": N_("Promises"),
    "totals": N_("Promises counted by month"),
    "rankings": N_("Published rankings"),
}
GROUP_OF_DATASET = {
    "emails": "replies",
    "tickets": "tickets",
    "surveys": "satisfaction",
    "totals": "totals",
    "rankings": "rankings",
}


@dataclass(frozen=True)
class Kpi:
    """One KPI; its texts but the title are English msgids, to be translated where they are shown.

    `needs` lists columns; an inner tuple of several means that one of them is enough. `parts`
    names the queries of queries/measures/ that sum it: those of its measure, or `ratio` for a
    rate whose rows are sums themselves. `family` names the column whose values are KPIs of
    their own, `member` the value this one stands for, `label` and `label_fr` how the register of
    names has it shown. With `across_rows` what it says of a row depends on other rows, of other
    months too. A `tile` is always on Overview, and so is a group's `headline`. `matures` says
    from when on a row is old enough to be judged, where the end of observation has to lie after it.
    """

    id: str
    own_title: str
    dataset: str
    group: str
    needs: tuple[tuple[str, ...], ...]
    measure: Measure
    parts: str
    unit: str
    better: Better
    format: str
    decimals: int
    promise: str
    level: str
    silent: str
    measures: str
    not_measured: str
    formula: str
    source: str
    notes: str
    query: queries.Query
    headline: bool = False
    tile: bool = False
    across_rows: bool = False
    matures: str = ""
    family: str = ""
    member: str = ""
    label: str = ""
    label_fr: str = ""

    @property
    def title(self) -> str:
        """What it is called in the reader's language, of whatever language the last one was.

        What someone named it is never translated.
        """
        french = current_language() == "fr" and self.label_fr
        return french or self.label or _(self.own_title)

    @property
    def sql(self) -> str:
        """The one select that defines the KPI."""
        return self.query.sql

    @property
    def score_digits(self) -> int:
        """Digits of the shown value on its inner scale: 0.682 for 68.2% has 3."""
        return self.decimals + 2 if self.format.endswith("%") else self.decimals

    @property
    def least_and_most(self) -> tuple[float, float]:
        """What the measure can be at least and at most, in its unit."""
        of_mean = {"marks of 100": (0.0, 100.0), "mistakes per reply": (0.0, inf)}
        if self.measure == "mean":
            return of_mean.get(self.unit, (-inf, inf))
        return {"rate": (0.0, 1.0), "nps": (-100.0, 100.0)}.get(self.measure, (0.0, inf))

    @property
    def can_rank(self) -> bool:
        """Whether entities can be ranked by it: it is a score, and one end is better."""
        return self.measure in RANKED and self.better != "neither"

    def member_of_family(
        self, member: str, text: str, better: str | None, named: Mapping[str, str | None]
    ) -> Kpi:
        """Return the KPI of one value of the family's column, by its `text` in a file and names."""
        chosen = cast(Better, better) if better in ("higher", "lower", "neither") else self.better
        return replace(
            self,
            id=member,
            own_title=written(text or member),
            member=member,
            label=named.get("label") or "",
            label_fr=named.get("label_fr") or "",
            better=chosen,
        )


def written(text: str) -> str:
    """Return a measure of totals as words, as nobody gave it a name: `TGV à l'heure` stays so."""
    words = " ".join(text.replace("_", " ").split())
    return words[:1].upper() + words[1:]


def catalogue() -> dict[str, Kpi]:
    """Return every KPI file by id: by group, a group's headline first, then by title."""
    return dict(_catalogue(queries.folder(), queries.written("kpis")))


@lru_cache(maxsize=4)
def _catalogue(_folder: Path, _written: tuple[tuple[str, int], ...]) -> dict[str, Kpi]:
    """Read all files: once, as long as none is written anew."""
    found = [from_query(queries.load(name)) for name in queries.names("kpis")]
    order = list(GROUPS)
    found.sort(
        key=lambda k: (
            order.index(k.group) if k.group in order else 99,
            not k.headline,
            k.own_title,
        )
    )
    return {kpi.id: kpi for kpi in found}


def of_file(kpi_id: str) -> Kpi | None:
    """Return the KPI of one file, without reading the others; None where there is none."""
    name = f"kpis/{kpi_id}"
    written = queries.modified(name) if re.fullmatch(ID, kpi_id) else None
    return _of_file(queries.folder(), name, written) if written else None


@lru_cache(maxsize=256)
def _of_file(_folder: Path, name: str, _written: int) -> Kpi:
    return from_query(queries.load(name))


def from_query(query: queries.Query) -> Kpi:
    """Read a KPI; QueryFileError names the header line that is missing or wrong."""
    header = query.header
    kpi_id = query.name.rpartition("/")[2]
    if not re.fullmatch(ID, kpi_id):
        raise QueryFileError(f"queries/{query.name}.sql: name the file with a-z, 0-9 and _ only.")
    missing = [key for key in NEEDED_KEYS if not header.get(key)]
    if missing:
        raise QueryFileError(f"queries/{query.name}.sql: the header lacks {', '.join(missing)}.")
    _one_of(query, "measure", MEASURES)
    _one_of(query, "better", ("higher", "lower", "neither"))
    stated = MATURES.fullmatch(header.get("matures") or "at")
    if not stated or (stated[2] and stated[2] not in Settings().query_parameters()):
        raise QueryFileError(
            f"queries/{query.name}.sql: matures {header['matures']!r} is no column, and no column"
            " and setting such as “created_at + first_reply_promise_hours”."
        )
    shown = header.get("format") or "0.1"
    if shown not in FORMATS:
        raise QueryFileError(
            f"queries/{query.name}.sql: format {shown!r} is not one of {', '.join(FORMATS)}."
        )
    return Kpi(
        id=kpi_id,
        group=header.get("group") or GROUP_OF_DATASET.get(header["dataset"], header["dataset"]),
        needs=tuple(
            tuple(column.strip() for column in need.split("|"))
            for need in header["needs"].split(",")
        ),
        measure=cast(Measure, {"ratio": "rate"}.get(header["measure"], header["measure"])),
        parts=header["measure"],
        better=cast(Better, header["better"]),
        format=shown,
        decimals=FORMATS[shown],
        headline=header.get("headline") == "yes",
        tile="yes" in (header.get("tile"), header.get("headline")),
        across_rows=header.get("across_rows") == "yes",
        query=query,
        own_title=header["title"],
        **{key: header[key] for key in ("dataset", "unit")},
        **{
            key: header.get(key, "")
            for key in (
                "promise",
                "level",
                "silent",
                "measures",
                "not_measured",
                "formula",
                "source",
                "notes",
                "matures",
                "family",
            )
        },
    )


def fill(text: str, values: Mapping[str, object]) -> str:
    """Put settings into a KPI's (translated) text: `within {reply_promise_hours} hours`."""
    return SETTING.sub(lambda m: str(values.get(m[1], m[0])), text)


def definitions_hash(values: Mapping[str, object]) -> str:
    """Return a hash of all KPI, measure and dataset queries, what statuses mean, and settings."""
    return _hash(repr(sorted(values.items())), queries.written(*DEFINITIONS))


@lru_cache(maxsize=16)
def _hash(values: str, _written: tuple[tuple[str, int], ...]) -> str:
    names = [name for group in DEFINITIONS for name in queries.names(group)]
    parts = [
        values,
        statuses.FILE.read_text(encoding="utf-8"),
        *(f"{name}\n{queries.load(name).sql}" for name in names),
    ]
    return hashlib.sha256("\n\n".join(parts).encode()).hexdigest()


def _one_of(query: queries.Query, key: str, known: tuple[str, ...]) -> None:
    if query.header[key] not in known:
        raise QueryFileError(
            f"queries/{query.name}.sql: {key} {query.header[key]!r} is not one of "
            f"{', '.join(known)}."
        )
