"""Files of settings with secrets in them: read whole, held to a form, wrong ones named by key.

No sentence shows what was given: it may be a secret.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service_quality.base.errors import UsageError
from service_quality.base.language import _

HERE = ("localhost", "127.0.0.1", "::1")
Text = Annotated[str, Field(min_length=1)]
Read = TypeVar("Read")


class Table(BaseModel):
    """What such a file says: no other keys, and nothing is changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def read(
    path: Path, make: Callable[[dict[str, Any]], Read], *, needed: bool = False
) -> Read | None:
    """Return what is made of a file; None where there is none and none is needed.

    UsageError, which names the key, where nothing can be made of it.
    """
    try:
        if not path.exists() and not needed:
            return None
        return make(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        wrong = error.errors()[0]
        key = ".".join(str(part) for part in wrong["loc"])
        text = f"{path}: {key}: {wrong['msg']}." if key else f"{path}: {wrong['msg']}."
        raise UsageError(text) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise UsageError(_("{path}: not valid TOML.").format(path=path)) from None
    except OSError as error:
        text = _("{path} cannot be read ({reason}).")
        raise UsageError(text.format(path=error.filename or path, reason=error.strerror)) from error


def exposed(path: Path) -> str:
    """Return the sentence for where others on the machine can read a file, else none."""
    if not path.exists() or not path.stat().st_mode & 0o007:
        return ""
    text = _("{path} can be read by other users of this machine: run “chmod 600” on it.")
    return text.format(path=path)
