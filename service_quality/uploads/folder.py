"""The folder of stored uploads, of which a backup is made: rows, manifest, rejects, marks."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from service_quality.base import audit
from service_quality.base.errors import DamagedError, ServiceQualityError
from service_quality.base.language import _
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Cursor, Row, literal, rows_in

FOLDER = "uploads"
ROWS_FILE = "rows.parquet"
REJECTS_FILE = "rejects.parquet"
MANIFEST_FILE = "manifest.json"
MARKS_FILE = "marks.json"
# In manifest and marks: what they said when they were written, as a hash.
CHECKSUM = "checksum"
FILES = "files"
MAKING = ".making"
MOST_WORDS = 4096  # of a column of a file's part that are kept once each
SET_ASIDE = "set-aside"
WITHDRAWN, PUT_BACK, ACKNOWLEDGED = "withdrawn", "put back", "acknowledged"
LOGGED = {
    WITHDRAWN: audit.WITHDREW,
    PUT_BACK: audit.PUT_BACK,
    ACKNOWLEDGED: audit.UPLOADED,
}


@dataclass(frozen=True)
class StoredUpload:
    """An upload as its folder has it.

    `marks` say when it was acknowledged, withdrawn and put back.
    """

    folder: Path
    manifest: Row
    marks: tuple[Row, ...]

    @property
    def version(self) -> int:
        """Return the data version that the upload made; 0 of those that did not write it down."""
        return int(self.manifest.get("version", 0))

    @property
    def last_version(self) -> int:
        """Return the data version of the last change that concerned the upload."""
        return max((mark["version"] for mark in self.marks), default=self.version)

    @property
    def acknowledged(self) -> bool:
        """Whether someone may have been told that it was published.

        Versions before the first that wrote down its own name did not write that down either.
        """
        return "product" not in self.manifest or is_acknowledged(self.marks)

    def withdrawn(self, version: int | None = None) -> bool:
        """Whether the upload was taken back, now or when the data were at `version`."""
        return is_withdrawn([m for m in self.marks if version is None or m["version"] <= version])


def folder_of(home: Path, upload_id: str) -> Path:
    """Return where an upload of the data folder `home` is stored."""
    return home / FOLDER / upload_id


def begin(cursor: Cursor, home: Path, upload_id: str) -> None:
    """Write the rows of `incoming` into an upload's folder in the making, and read them from there.

    Packed as they are, they leave memory to what is done with them.
    """
    making = _making(home, upload_id)
    making.mkdir(parents=True)
    _write_parquet(cursor, making / ROWS_FILE, "from incoming")
    view_rows(cursor, making)


def finish(cursor: Cursor, home: Path, manifest: Row) -> None:
    """Complete an upload that was begun: what it set aside, and the manifest.

    The folder has its name only once all of it is whole.
    """
    making = _making(home, manifest["upload_id"])
    if manifest["rows_rejected"]:
        of_this = "select record, reasons, cells from rejects where upload_id = $id"
        _write_parquet(cursor, making / REJECTS_FILE, of_this, id=manifest["upload_id"])
    files = {path.name: _described(cursor, path) for path in sorted(making.glob("*.parquet"))}
    _write_json(making / MANIFEST_FILE, _sealed(manifest | {FILES: files}))
    cursor.execute("drop view temp.incoming")
    for path in (*making.iterdir(), making):
        _sync(path)
    making.rename(folder_of(home, manifest["upload_id"]))
    _sync(home / FOLDER)


def drop(home: Path, upload_id: str) -> None:
    """Remove an upload's folder, however much of it there is."""
    for folder in (_making(home, upload_id), folder_of(home, upload_id)):
        shutil.rmtree(folder, ignore_errors=True)


def _making(home: Path, upload_id: str) -> Path:
    return folder_of(home, upload_id).with_suffix(MAKING)


def _write_parquet(cursor: Cursor, path: Path, select: str, **parameters: object) -> None:
    # Version 2 keeps times as differences: half the space, in no more time. Ids and times are
    # seen early to be no words that come again and again: a fifth of the time.
    form = f"format parquet, parquet_version v2, dictionary_size_limit {MOST_WORDS}"
    written = f"copy ({select}) to $path ({form})"
    cursor.execute(written, {"path": str(path), **parameters})


def _described(cursor: Cursor, path: Path) -> Row:
    """Return what a manifest says of a file, so that damage to it can be found."""
    return {"sha256": sha256(path), "rows": rows_in(cursor, path)}


def sha256(path: Path) -> str:
    """Return the hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _seal(content: Row) -> str:
    plain = {name: value for name, value in content.items() if name != CHECKSUM}
    text = json.dumps(plain, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _sealed(content: Row) -> Row:
    return content | {CHECKSUM: _seal(content)}


def damaged(path: Path, why: object) -> DamagedError:
    """Return the error of a stored file that is not as it was written."""
    text = _("The kept file {path} is damaged: {why}. Restore its folder from a backup.")
    return DamagedError(text.format(path=path, why=str(why).rstrip(".")))


def read(folder: Path) -> StoredUpload:
    """Return a stored upload; DamagedError where manifest or marks are not as they were written."""
    path = folder / MANIFEST_FILE
    if not folder.is_dir():
        text = _("The kept upload {folder} is missing. Restore it from a backup.")
        raise DamagedError(text.format(folder=folder))
    manifest = _read_json(path)
    if not _as_written(manifest, "upload_id"):
        raise damaged(path, _("it is not what was written"))
    return StoredUpload(folder, manifest, marks_of(folder))


def _read_json(path: Path) -> Any:
    """Return what a file of ours holds; DamagedError where it cannot be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise damaged(path, error.strerror or error) from error
    except (ValueError, RecursionError) as error:
        raise damaged(path, error) from error


def all_of(home: Path) -> list[StoredUpload]:
    """Return the stored uploads of a data folder, in the order in which they were published."""
    return in_order([read(folder) for folder in whole_folders(home)])


def whole_folders(home: Path) -> list[Path]:
    """Return the folders of stored uploads, but for those in the making."""
    return [folder for folder in _folders(home) if folder.suffix != MAKING]


def in_order(found: Iterable[StoredUpload]) -> list[StoredUpload]:
    """Return stored uploads in the order in which they were published."""
    return sorted(found, key=lambda stored: (stored.version, stored.folder.name))


def unknown(home: Path, known: Collection[str]) -> list[Path]:
    """Return the folders of uploads that are none of the known ones."""
    return [folder for folder in _folders(home) if folder.name not in known]


def agrees(warehouse: Warehouse) -> bool:
    """Whether a warehouse knows all uploads that are stored beside it."""
    known = [row["upload_id"] for row in warehouse.rows("select upload_id from uploads")]
    return not [each for each in unknown(warehouse.folder, known) if each.suffix != MAKING]


def missing(home: Path, known: Collection[str]) -> list[Path]:
    """Return the folders of known uploads that are not there any more."""
    return [folder for each in known if not (folder := folder_of(home, each)).is_dir()]


def remove_unfinished(home: Path) -> None:
    """Remove what a crash left in the making: without its manifest, an upload is not whole."""
    for folder in _folders(home):
        if folder.suffix == MAKING and not (folder / MANIFEST_FILE).exists():
            shutil.rmtree(folder)


def set_aside(home: Path, folder: Path) -> Path:
    """Move an upload's folder to where nothing reads it, under a name of its own; return that."""
    (home / SET_ASIDE).mkdir(exist_ok=True)
    names = (f"{folder.name}-{n}" if n else folder.name for n in itertools.count())
    target = next(path for name in names if not (path := home / SET_ASIDE / name).exists())
    return folder.rename(target)


def _folders(home: Path) -> list[Path]:
    return sorted(path for path in (home / FOLDER).glob("*") if path.is_dir())


def note(home: Path, upload_id: str, action: str, version: int, at: str, by: str, of: str) -> None:
    """Mark what was just done, and log it: `of` is the file and its kind.

    ServiceQualityError where it is done, but cannot be written down.
    """
    try:
        mark(home, upload_id, action, version, at, by)
        audit.write(home, datetime.fromisoformat(at), by, LOGGED[action], f"{of}, {upload_id}")
    except OSError as error:
        raise ServiceQualityError(
            _(
                "This was done, but could not be noted beside the upload: {error}. Free some space"
                " in {folder} or mend its rights, then start the app again."
            ).format(error=error.strerror or error, folder=home)
        ) from error


def mark(home: Path, upload_id: str, action: str, version: int, at: str, by: str) -> None:
    """Write down what was done with an upload, and at which data version."""
    folder = folder_of(home, upload_id)
    entry = _sealed({"action": action, "version": version, "at": at, "by": by})
    _write_json(folder / MARKS_FILE, [*marks_of(folder), entry])
    _sync(folder / MARKS_FILE)
    _sync(folder)


def is_withdrawn(marks: Sequence[Row]) -> bool:
    """Whether these marks are those of an upload that was taken back."""
    turns = [mark["action"] for mark in marks if mark["action"] in (WITHDRAWN, PUT_BACK)]
    return turns[-1:] == [WITHDRAWN]


def is_acknowledged(marks: Sequence[Row]) -> bool:
    """Whether these marks are those of an upload of which someone was told."""
    return any(mark["action"] == ACKNOWLEDGED for mark in marks)


def marks_of(folder: Path) -> tuple[Row, ...]:
    """Return what was done with the upload of a folder, the oldest first; DamagedError."""
    path = folder / MARKS_FILE
    if not path.exists():
        return ()
    marks = _read_json(path)
    if not isinstance(marks, list) or not all(_as_written(each, "action") for each in marks):
        raise damaged(path, _("it is not what was written"))
    return tuple(marks)


def _as_written(content: object, needed: str) -> bool:
    """Whether a manifest or mark says what it said; older ones have no hash to tell by."""
    if not isinstance(content, dict) or needed not in content:
        return False
    return CHECKSUM not in content or bool(content[CHECKSUM] == _seal(content))


def rows_of(folder: Path) -> str:
    """Return a stored upload's rows as SQL that is whole, for a view takes no parameter."""
    return f"read_parquet({literal(str(folder / ROWS_FILE))})"


def view_rows(cursor: Cursor, folder: Path) -> None:
    """Make the temporary view `incoming` of a stored upload's rows; older ones have no notes."""
    rows = rows_of(folder)
    names = [column[0] for column in cursor.execute(f"from {rows} limit 0").description or ()]
    notes = "" if "notes" in names else ", cast(null as varchar) as notes"
    cursor.execute(f"create or replace temp view incoming as select *{notes} from {rows}")


def load_rejects(cursor: Cursor, upload: StoredUpload) -> None:
    """Write into the warehouse what a stored upload had set aside."""
    path = upload.folder / REJECTS_FILE
    if path.exists():
        cursor.execute(
            "insert into rejects by name select $id as upload_id, * from read_parquet($path)",
            {"id": upload.manifest["upload_id"], "path": str(path)},
        )


def _write_json(path: Path, content: object) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, default=str)
    making = path.with_suffix(MAKING)
    making.write_text(text, encoding="utf-8")
    making.replace(path)


def _sync(path: Path) -> None:
    """Have the disk write a file or folder now: a power cut comes without a warning."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
