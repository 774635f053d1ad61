"""Reads settings.toml of the data folder: what a company may set without touching code."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, cast

from tzlocal import get_localzone_name

from service_quality.base import zone
from service_quality.base.alone import alone
from service_quality.base.errors import UsageError

FILE_NAME = "settings.toml"
STATUS_MEANINGS = ("open", "solved", "ended", "no_contact")
STATUS_TABLE = re.compile(r"^\[status_words\][^\n]*\n(?:(?!\[)[^\n]*(?:\n|$))*", re.MULTILINE)
WEB_ADDRESS = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")
HIGHEST = 100_000  # hours, days or weight: more is a slip of the finger


@dataclass(frozen=True)
class Settings:
    """Every setting with its default; durations in hours or days as the name says.

    `timezone` is that of the machine, as data first came in, unless stated: exports without
    offsets are local times.
    """

    timezone: str = field(default_factory=get_localzone_name)
    first_reply_promise_hours: int = 24
    reply_promise_hours: int = 24
    reply_within_days: int = 30
    recovery_days: int = 7
    mystery_full_marks_hours: int = 1
    mystery_no_marks_hours: int = 48
    mystery_delay_weight: int = 40
    mystery_quality_weight: int = 40
    mystery_welcome_weight: int = 20
    focus_brand: str | None = None
    country: str | None = None
    subdivision: str | None = None
    # No figure hangs on it: it is left out of what tells one set of settings from another.
    app_address: str | None = field(default=None, repr=False)
    dimension_labels: dict[str, str] = field(default_factory=dict)
    totals_better: dict[str, str] = field(default_factory=dict)
    status_words: dict[str, str] = field(default_factory=dict)

    def query_parameters(self) -> dict[str, int]:
        """The numbers that KPI queries may name as `$parameter`."""
        return {name: value for name, value in asdict(self).items() if isinstance(value, int)}

    def definitions(self) -> dict[str, object]:
        """All that a figure depends on beside the rows: sums made under other ones are stale."""
        more = {"timezone": self.timezone, "status_words": sorted(self.status_words.items())}
        return {**self.query_parameters(), **more}


def data_folder() -> Path:
    """The folder of the warehouse, the uploads and the settings; a store is one that is shared.

    UsageError where it is not a folder.
    """
    given = os.environ.get("SERVICE_QUALITY_STORE") or os.environ.get("SERVICE_QUALITY_DATA")
    return as_folder(given or "data")


def as_folder(given: str) -> Path:
    """Return the folder that a text names; UsageError where it names storage of another kind."""
    if "://" in given:
        raise UsageError(
            f"{given!r} is no folder. Uploads and settings are files: name a folder that all"
            " machines mount, such as one of NFS. A bucket (s3://…) cannot be one."
        )
    return Path(given)


def load(folder: Path) -> Settings:
    """Return the settings of `folder`, defaults where it has none.

    Raises UsageError naming the file and the key when a setting is unknown or of the wrong type.
    """
    path = folder / FILE_NAME
    # That of the machine decides only as long as no data came in.
    before = zone.recorded(folder)
    in_force: dict[str, Any] = {"timezone": before} if before else {}
    try:
        if not path.exists():
            _check(folder / zone.FILE_NAME, in_force)
            return Settings(**in_force)
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not valid TOML ({error}).") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}).") from error
    given = in_force | given
    _check(path, given)
    settings = Settings(**given)
    _check_mystery(path, settings)
    _check_status_words(path, settings)
    return settings


def change_status_words(folder: Path, words: Mapping[str, str | None]) -> None:
    """Write what some statuses of tickets mean into the settings, None where they leave it open.

    All else there stays as it is, also what another wrote of other statuses meanwhile. UsageError
    where the settings cannot be read, or have these words in another form.
    """
    with alone(folder):
        chosen = load(folder)
        now = {**chosen.status_words, **words}
        _write_status_words(folder, chosen, {word: of for word, of in now.items() if of})


def _write_status_words(folder: Path, chosen: Settings, words: Mapping[str, str]) -> None:
    path = folder / FILE_NAME
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    # A string as JSON has it is one as TOML has it.
    lines = [f"{_quoted(word)} = {_quoted(meaning)}" for word, meaning in sorted(words.items())]
    rest = STATUS_TABLE.sub("", before).rstrip()
    text = "\n".join([*([rest, ""] if rest else []), "[status_words]", *lines, ""])
    kept = {key: v for key, v in tomllib.loads(before).items() if key != "status_words"}
    try:
        whole = tomllib.loads(text) == kept | {"status_words": dict(words)}
    except tomllib.TOMLDecodeError:
        whole = False
    if not whole:
        raise UsageError(f"{path}: write the status words into a table [status_words] by hand.")
    _check_status_words(path, replace(chosen, status_words=dict(words)))
    new = path.with_name(f".{FILE_NAME}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _check(path: Path, given: dict[str, object]) -> None:
    defaults = Settings()
    known = {f.name for f in fields(Settings)}
    for key, value in given.items():
        if key not in known:
            raise UsageError(f"{path}: unknown setting {key!r}; known: {', '.join(sorted(known))}.")
        default = getattr(defaults, key)
        wanted = str if default is None else type(default)
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            raise UsageError(f"{path}: {key} = {value!r} should be of type {wanted.__name__}.")
        if wanted is int and not 0 <= cast(int, value) <= HIGHEST:
            raise UsageError(f"{path}: {key} = {value!r} should lie between 0 and {HIGHEST}.")
    address = str(given.get("app_address", "https://a"))
    if not WEB_ADDRESS.fullmatch(address):
        raise UsageError(
            f"{path}: app_address = {address!r} is not an address; try"
            " 'https://quality.example.org'."
        )
    if not zone.is_zone(str(given.get("timezone", defaults.timezone))):
        raise UsageError(
            f"{path}: timezone = {given['timezone']!r} is not a time zone; try 'Europe/Paris'."
        )


def _check_status_words(path: Path, chosen: Settings) -> None:
    for word, meaning in chosen.status_words.items():
        if meaning not in STATUS_MEANINGS:
            raise UsageError(
                f"{path}: status_words: {word!r} = {meaning!r} should be one of"
                f" {', '.join(STATUS_MEANINGS)}."
            )


def _check_mystery(path: Path, chosen: Settings) -> None:
    if chosen.mystery_no_marks_hours <= chosen.mystery_full_marks_hours:
        raise UsageError(
            f"{path}: mystery_no_marks_hours = {chosen.mystery_no_marks_hours} should be more than"
            f" mystery_full_marks_hours = {chosen.mystery_full_marks_hours}."
        )
    weights = ("mystery_delay_weight", "mystery_quality_weight", "mystery_welcome_weight")
    if not any(getattr(chosen, name) for name in weights):
        raise UsageError(f"{path}: one of {', '.join(weights)} should be more than 0.")
