"""Says what a file is, and why: by the names of its headers and by what is in its columns."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from service_quality.datasets import Column, Dataset, all_datasets
from service_quality.i18n import _
from service_quality.ingest.dates import ISO, PARTS
from service_quality.ingest.read import Table

DEFAULT_SOURCE = "default"
NUMBER = re.compile(r"^[+-]?\d+([.,]\d+)?$")


@dataclass(frozen=True)
class Recognition:
    """What a file was taken for: its dataset, the header of each column found, and the reasons.

    `missing` lists what the dataset needs and the file lacks, one group of alternatives each;
    `candidates` offers headers by content for those, to be confirmed by a person.
    """

    dataset: Dataset
    mapping: dict[str, str]
    why: tuple[str, ...]
    missing: tuple[tuple[str, ...], ...]
    candidates: dict[str, tuple[str, ...]] = field(default_factory=dict)


def recognise(
    table: Table, kind: str | None, mapping: dict[str, str], constants: dict[str, str]
) -> Recognition:
    """Return the best reading of a table; `kind`, `mapping` and `constants` are a person's."""
    kinds = [all_datasets()[kind]] if kind else list(all_datasets().values())
    readings = [_reading(table, dataset, mapping, constants) for dataset in kinds]
    if not kind:
        readings = [r for r in readings if _tells(r)]
    return max(readings, key=lambda r: _score(r, set(mapping) | set(constants)))


def normal(text: str) -> str:
    """Return a header without case, accents and punctuation: `Créé à` is `cree a`."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", bare))


def accepted_names(column: Column) -> tuple[str, ...]:
    """Return the headers that mean this column, its own name first."""
    return tuple(dict.fromkeys((column.name, *column.names)))


def _reading(
    table: Table, dataset: Dataset, mapping: dict[str, str], constants: dict[str, str]
) -> Recognition:
    given = {name: header for name, header in mapping.items() if name in dataset.by_name}
    found = {name: header for name, header in given.items() if header}
    taken = set(found.values())
    by_normal = {normal(header): header for header in reversed(table.headers)}
    for column in dataset.columns:
        if column.name in given or column.name in constants:
            continue
        for name in accepted_names(column):
            header = by_normal.get(normal(name))
            if header is not None and header not in taken:
                found[column.name] = header
                taken.add(header)
                break
    have = set(found) | set(constants) | {name for name, _value in dataset.defaults}
    groups = [(c.name,) for c in dataset.columns if c.needed] + list(dataset.either)
    missing = tuple(group for group in groups if not have & set(group))
    candidates = {
        name: options
        for group in missing
        for name in group
        if (options := _by_content(table, dataset.column(name), taken))
    }
    return Recognition(dataset, found, _reasons(table, dataset, found, given), missing, candidates)


def _tells(reading: Recognition) -> bool:
    """Whether a file may be taken for this kind although nobody said so."""
    telling = set(reading.dataset.telling)
    return not telling or bool(telling & set(reading.mapping))


def _score(reading: Recognition, said: set[str]) -> tuple[bool, int, float]:
    """Complete readings first, then those that know a person's words, then the most headers."""
    own = [n for n in reading.mapping if n not in ("brand", "team", "channel", "topic")]
    known = len(said & set(reading.dataset.by_name))
    return not reading.missing, known, len(own) - len(reading.missing) + len(reading.mapping) / 100


def _reasons(
    table: Table, dataset: Dataset, found: dict[str, str], given: dict[str, str]
) -> tuple[str, ...]:
    reasons = []
    for name, header in found.items():
        title = _(dataset.column(name).title)
        if name in given:
            reasons.append(_("{title}: “{header}”, as you said").format(title=title, header=header))
            continue
        share = _share_that_fits(table, dataset.column(name), header)
        if share is None:
            text = _("{title}: “{header}”, by its name")
        else:
            text = _("{title}: “{header}”, by its name; {share} % of its values fit")
        reasons.append(text.format(title=title, header=header, share=round(100 * (share or 0))))
    return tuple(reasons)


def _share_that_fits(table: Table, column: Column, header: str) -> float | None:
    if column.kind in ("text", "yes_no", "scale") or header not in table.headers:
        return None
    values = table.values(header)[:200]
    return sum(_fits(column, value) for value in values) / len(values) if values else None


def _by_content(table: Table, column: Column, taken: set[str]) -> tuple[str, ...]:
    """Return untaken headers whose values could be this column's, for a person to confirm."""
    if column.kind == "text":
        return ()
    return tuple(
        header
        for header in table.headers
        if header not in taken and (_share_that_fits(table, column, header) or 0) > 0.9
    )


def _fits(column: Column, value: str) -> bool:
    if column.kind in ("time", "month"):
        return bool(ISO.match(value) or PARTS.match(value))
    return bool(NUMBER.match(value.replace("\u00a0", "").replace(" ", "")))
