"""What a person said about a file: the words of the command line and of the Upload page."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Words:
    """How to understand a file; all empty means: find out.

    `mapping` gives a dataset column its header, or a sum or difference of headers, or "" for
    none; `constants` a value for a column that the file lacks; `no_answer` the cells that mean
    nothing; `dates` a strptime pattern. `replace` confirms that fewer rows may replace more.
    """

    kind: str | None = None
    source: str | None = None
    mapping: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    no_answer: dict[str, tuple[str, ...]] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    replace: bool = False

    def as_json(self) -> str:
        """Return what decides the reading, as JSON: `replace` only permits."""
        said = asdict(self)
        del said["replace"]
        return json.dumps(said, sort_keys=True, ensure_ascii=False)

    def hash(self) -> str:
        """Return a hash of what decides the reading."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str) -> Words:
        """Return the words that `as_json` wrote."""
        said = json.loads(text)
        said["no_answer"] = {name: tuple(codes) for name, codes in said["no_answer"].items()}
        return cls(**said)
