"""Stores answers beside the warehouse for the next start, in a file that anyone may delete.

It is read only where it was written for the same rows, definitions, settings and program, and is as
it was written; anything else is no error, but worked out anew.
"""

from __future__ import annotations

import hashlib
import io
import pickle
from dataclasses import is_dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import service_quality
from service_quality.definitions import kpis, queries
from service_quality.measures.answers import Answers
from service_quality.warehouse import temporary

FILE_NAME = "answers.cache"
SUFFIXES = (".py", ".toml", ".mo")
LIBRARIES = ("duckdb", "numpy", "scipy")  # whose next version may round in another way
# Data are a fold of the uploads: these tell them apart, also those of another folder.
UPLOADS = """
select upload_id, status, superseded_by, content_hash, words_hash, observed_until
from uploads order by position
"""


def stamp(answers: Answers) -> bytes:
    """Return what answers hang on: another one, and they can be others."""
    warehouse, settings = answers.warehouse, answers.settings
    of_data = warehouse.version(), warehouse.rows(UPLOADS)
    of_definitions = repr(settings), kpis.definitions_hash(settings.definitions())
    return _hash(repr((of_data, of_definitions, _program())).encode())


def read(folder: Path, stamp: bytes) -> Any:
    """Return what was stored under this stamp; None where there is no such, or it is damaged."""
    path = folder / FILE_NAME
    if not path.is_file():
        return None
    written = path.read_bytes()
    proof, content = written[: len(stamp)], written[len(stamp) :]
    return _Reader(io.BytesIO(content)).load() if proof == _hash(stamp + content) else None


def write(folder: Path, stamp: bytes, answers: object) -> None:
    """Store answers instead of those before."""
    content = pickle.dumps(answers)
    _Reader(io.BytesIO(content)).load()  # what could not be read is not stored
    making = temporary.own(folder) / FILE_NAME
    making.write_bytes(_hash(stamp + content) + content)
    making.replace(folder / FILE_NAME)


class _Reader(pickle.Unpickler):
    """Reads plain values, dates and dataclasses of ours: no file is a way to run anything else."""

    def find_class(self, module: str, name: str) -> Any:
        ours = module == "datetime" or module.startswith(f"{service_quality.__name__}.")
        found = super().find_class(module, name) if ours else None
        plain = isinstance(found, type) and found.__module__ == module
        if not plain or not (module == "datetime" or is_dataclass(found)):
            raise pickle.UnpicklingError(f"{module}.{name} is no part of an answer")
        return found


@lru_cache(1)
def _program() -> bytes:
    """Return a hash of the program itself, and of what it reckons with."""
    root = Path(service_quality.__file__).parent
    ours = (file for file in root.rglob("*") if file.suffix in SUFFIXES)
    files = sorted((*ours, *queries.folder().rglob("*.sql")))
    libraries = [version(name) for name in LIBRARIES]
    return _hash(repr(libraries).encode() + b"".join(file.read_bytes() for file in files))


def _hash(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
