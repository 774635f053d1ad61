"""What a person states about a file: flags of the command line, answers on the Upload page."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace


@dataclass(frozen=True)
class Flag:
    """A flag of the command line that is said of a column, as `--set COLUMN=VALUE` is.

    `part` is the part of `Instructions` that it goes into, `value` the word for what follows the
    sign.
    """

    part: str
    value: str


FLAGS = {
    "--map": Flag("mapping", "HEADER"),
    "--set": Flag("constants", "VALUE"),
    "--no-answer": Flag("no_answer", "V,…"),
    "--dates": Flag("dates", "FORMAT"),
    "--unit": Flag("units", "UNIT"),
    "--keep": Flag("keep", "REASON"),
}
DEFAULT_SOURCE = "default"
HASH = "--hash"  # a flag without a value
AGENTS = "--agents"  # of the file as a whole
NAMES, PSEUDONYMS, NO = "names", "pseudonyms", "no"
LATER = frozenset({"units", "drop", "format", "keep", "hashed", "agents"})


@dataclass(frozen=True)
class FileForm:
    """What a person said of a file's form; None: find out.

    `header` is the line that names the columns, 0 where none does; `table` which of several
    tables one below the other, from 1; `sheet` the name or number of a workbook's sheet.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header: int | None = None
    table: int | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class Instructions:
    """How to understand a file; all empty means: find out.

    `mapping` gives a dataset column its header, or a sum or difference of headers, or "" for
    none; `constants` a value for a column that the file lacks; `no_answer` the cells that mean
    nothing; `dates` a strptime pattern; `units` the unit of a duration that is added to a time:
    seconds, minutes, hours, days or hms. Rows whose cell under a header is one of `drop` are
    tests. `keep` gives a personal column the reason why it is kept as it is, `hashed` are those
    kept as a keyed hash. `agents` says what a dimension shows that names people: their names, a
    stable label for each, or nothing. `format` is the id of the export format, "" for none.
    `replace` confirms that fewer rows may replace more. `form` is how the file itself is written.
    """

    kind: str | None = None
    source: str | None = None
    mapping: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    no_answer: dict[str, tuple[str, ...]] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    drop: dict[str, tuple[str, ...]] = field(default_factory=dict)
    keep: dict[str, str] = field(default_factory=dict)
    hashed: tuple[str, ...] = ()
    agents: str | None = None
    format: str | None = None
    replace: bool = False
    form: FileForm = field(default_factory=FileForm)

    @property
    def columns(self) -> set[str]:
        """The columns that anything was said of."""
        parts = (*(getattr(self, flag.part) for flag in FLAGS.values()), self.hashed)
        return {name for part in parts for name in part}

    def as_json(self) -> str:
        """Return the instructions as JSON, without leave to replace: that is given once."""
        stored = asdict(self)
        del stored["replace"]
        form = stored.pop("form")
        if self.form != FileForm():
            stored["said"] = form  # the name under which uploads have it
        # What is not given leaves no trace, so that older instructions keep their hash.
        stored = {name: value for name, value in stored.items() if value or name not in LATER}
        return json.dumps(stored, sort_keys=True, ensure_ascii=False)

    def hash(self) -> str:
        """Return a hash of what decides the reading: what a format says is among the others."""
        return hashlib.sha256(replace(self, format=None).as_json().encode()).hexdigest()

    def with_flag(self, text: str) -> Instructions:
        """Return the instructions with one more flag: `--set csat_scale=1-5`."""
        flag, _blank, pair = text.partition(" ")
        if flag == HASH:
            return replace(self, hashed=(*self.hashed, pair))
        if flag == AGENTS:
            return replace(self, agents=pair)
        name, _equals, value = pair.partition("=")
        part = FLAGS[flag].part
        more = tuple(value.split(",")) if part == "no_answer" else value
        return replace(self, **{part: getattr(self, part) | {name: more}})

    @classmethod
    def from_json(cls, text: str) -> Instructions:
        """Return the instructions that `as_json` wrote."""
        stored = json.loads(text)
        for name in ("no_answer", "drop"):
            stored[name] = {key: tuple(values) for key, values in stored.get(name, {}).items()}
        stored["hashed"] = tuple(stored.get("hashed", ()))
        stored["form"] = FileForm(**stored.pop("said", {}))
        return cls(**stored)
