"""The kinds of dataset: one module each, found by name, so that a new kind is one new file."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from service_quality.definitions.datasets.base import Column, Dataset, Rule

__all__ = ["Column", "Dataset", "Rule", "all_datasets", "dataset"]


@cache
def all_datasets() -> dict[str, Dataset]:
    """Return every dataset by its kind; a module beside this one that has `DATASET` is one."""
    modules = (import_module(f"{__name__}.{m.name}") for m in iter_modules(__path__))
    found = [module.DATASET for module in modules if hasattr(module, "DATASET")]
    return {d.kind: d for d in sorted(found, key=lambda d: d.order)}


def dataset(kind: str) -> Dataset:
    """Return the dataset of this kind; KeyError when there is none."""
    return all_datasets()[kind]
