"""What a person said about a file: the words of the command line and of the Upload page."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Said:
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
class Words:
    """How to understand a file; all empty means: find out.

    `mapping` gives a dataset column its header, or a sum or difference of headers, or "" for
    none; `constants` a value for a column that the file lacks; `no_answer` the cells that mean
    nothing; `dates` a strptime pattern. `replace` confirms that fewer rows may replace more. `said`
    is how the file itself is written.
    """

    kind: str | None = None
    source: str | None = None
    mapping: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    no_answer: dict[str, tuple[str, ...]] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    replace: bool = False
    said: Said = field(default_factory=Said)

    def as_json(self) -> str:
        """Return what decides the reading, as JSON: `replace` only permits."""
        said = asdict(self)
        del said["replace"]
        if self.said == Said():
            del said["said"]
        return json.dumps(said, sort_keys=True, ensure_ascii=False)

    def hash(self) -> str:
        """Return a hash of what decides the reading."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str) -> Words:
        """Return the words that `as_json` wrote."""
        said = json.loads(text)
        said["no_answer"] = {name: tuple(codes) for name, codes in said["no_answer"].items()}
        said["said"] = Said(**said.get("said", {}))
        return cls(**said)
