"""Takes the one table out of a zip or gzip file, and refuses what only pretends to be small."""

from __future__ import annotations

import gzip
import lzma
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

from service_quality.base.errors import RefusedError
from service_quality.base.language import _

GZIP, ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")
CHUNK = 1 << 20
# Text packs about ten to one, a column of one value somewhat better.
MOST_BYTES, MOST_RATIO = 16 << 30, 100
MOST_RATIO_OF_COLUMNS = 1000
SMALL = 64 << 20  # below this, no ratio is a danger
# What a damaged zip raises, or one packed or locked in a way that is not known here.
DAMAGED = (
    OSError,
    EOFError,
    RuntimeError,
    UnicodeDecodeError,
    lzma.LZMAError,
    zlib.error,
    zipfile.BadZipFile,
)
WORKBOOK = ("xl/", "[Content_Types].xml", "mimetype")


def is_packed(path: Path, head: bytes) -> bool:
    """Whether this is a zip or gzip file, and no workbook, which is a zip inside too."""
    if head.startswith(GZIP):
        return True
    return head.startswith(ZIP) and not _is_workbook(path)


def unpack(path: Path, name: str, folder: Path) -> tuple[Path, str]:
    """Return a copy in `folder` of the one table inside, and its name.

    Raises RefusedError where there are none or several, where it is damaged or asks for a
    password, and where it would unpack to more than `MOST_BYTES` or `MOST_RATIO` times its size.
    """
    target, size = folder / "unpacked", path.stat().st_size
    try:
        with path.open("rb") as file:
            zipped = file.read(2) != GZIP
        if not zipped:
            with gzip.open(path, "rb") as packed:
                _copy(packed, target, name, size)
            return target, name.removesuffix(".gz")
        with zipfile.ZipFile(path) as archive:
            member = _member(archive, name)
            # What it says of itself spares the work; what it does not say is counted.
            if member.file_size > most(member.compress_size):
                raise far_more(name)
            with archive.open(member) as inside:
                _copy(inside, target, name, member.compress_size)
            return target, PurePosixPath(member.filename).name
    except DAMAGED as error:
        raise RefusedError(
            _("{file} is damaged or incomplete. Download or copy it again.").format(file=name)
        ) from error


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(inside.startswith(WORKBOOK) for inside in archive.namelist())
    except DAMAGED:
        return False


def _member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    found = [
        inside
        for inside in archive.infolist()
        if not inside.is_dir()
        and not inside.filename.startswith("__MACOSX/")
        and not PurePosixPath(inside.filename).name.startswith(".")
    ]
    if not found:
        raise RefusedError(_("{file} is a zip file without a file in it.").format(file=name))
    if len(found) > 1:
        raise RefusedError(
            _("{file} holds {count} files: {names}. Unpack it and give them one by one.").format(
                file=name,
                count=len(found),
                names=", ".join(PurePosixPath(inside.filename).name for inside in found[:5]),
            )
        )
    if found[0].flag_bits & 1:
        raise RefusedError(
            _("{file} asks for a password. Unpack it and give the file inside.").format(file=name)
        )
    return found[0]


def _copy(source: IO[bytes] | gzip.GzipFile, target: Path, name: str, packed: int) -> None:
    limit, written = most(packed), 0
    with target.open("wb") as copy:
        while chunk := source.read(CHUNK):
            written += len(chunk)
            if written > limit:
                raise far_more(name)
            copy.write(chunk)


def most(packed: int, ratio: int = MOST_RATIO) -> int:
    """Return how many bytes a file of this size may unpack to."""
    return min(MOST_BYTES, max(SMALL, packed * ratio))


def far_more(name: str) -> RefusedError:
    """Return the refusal of a file that unpacks to more than that."""
    return RefusedError(
        _(
            "{file} unpacks to far more than a table of its size would. If that is "
            "right, unpack it and give the file inside."
        ).format(file=name)
    )
