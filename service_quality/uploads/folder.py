"""The folder of kept uploads, of which a backup is made: rows, manifest, rejects, marks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from service_quality.base.errors import ServiceQualityError
from service_quality.base.language import _
from service_quality.warehouse.connection import Cursor, Row, literal

FOLDER = "uploads"
ROWS_FILE = "rows.parquet"
REJECTS_FILE = "rejects.parquet"
MANIFEST_FILE = "manifest.json"
MARKS_FILE = "marks.json"
MAKING = ".making"
WITHDRAWN, PUT_BACK = "withdrawn", "put back"


@dataclass(frozen=True)
class Kept:
    """An upload as its folder has it; `marks` say when it was withdrawn and put back."""

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

    def withdrawn(self, version: int | None = None) -> bool:
        """Whether the upload was taken back, now or when the data were at `version`."""
        return _withdrawn([m for m in self.marks if version is None or m["version"] <= version])


def folder_of(home: Path, upload_id: str) -> Path:
    """Return where an upload of the data folder `home` is kept."""
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
    _write_json(making / MANIFEST_FILE, manifest)
    cursor.execute("drop view temp.incoming")
    making.rename(folder_of(home, manifest["upload_id"]))


def drop(home: Path, upload_id: str) -> None:
    """Remove an upload's folder, however much of it there is."""
    for folder in (_making(home, upload_id), folder_of(home, upload_id)):
        shutil.rmtree(folder, ignore_errors=True)


def _making(home: Path, upload_id: str) -> Path:
    return folder_of(home, upload_id).with_suffix(MAKING)


def _write_parquet(cursor: Cursor, path: Path, select: str, **parameters: object) -> None:
    cursor.execute(f"copy ({select}) to $path (format parquet)", {"path": str(path), **parameters})


def read(folder: Path) -> Kept:
    """Return a kept upload; ServiceQualityError where its manifest cannot be read."""
    try:
        manifest = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        marks = _marks(folder)
    except (OSError, ValueError) as error:
        raise ServiceQualityError(
            _("The kept upload {folder} is damaged: {error}. Restore it from a backup.").format(
                folder=folder, error=error
            )
        ) from error
    return Kept(folder, manifest, marks)


def all_of(home: Path) -> list[Kept]:
    """Return the kept uploads of a data folder, in the order in which they were published."""
    found = [read(folder) for folder in _folders(home) if folder.suffix != MAKING]
    return sorted(found, key=lambda kept: (kept.version, kept.folder.name))


def unknown(home: Path, known: Collection[str]) -> list[Kept]:
    """Return the kept uploads that are none of the known ones; what is not whole is removed."""
    others = [folder for folder in _folders(home) if folder.name not in known]
    for folder in others:
        if folder.suffix == MAKING or not (folder / MANIFEST_FILE).exists():
            shutil.rmtree(folder)
    return [read(folder) for folder in others if folder.exists()]


def _folders(home: Path) -> list[Path]:
    return [path for path in (home / FOLDER).glob("*") if path.is_dir()]


def mark(home: Path, upload_id: str, action: str, version: int, at: str, by: str) -> None:
    """Write down that an upload was withdrawn or put back, and at which data version."""
    folder = folder_of(home, upload_id)
    entry = {"action": action, "version": version, "at": at, "by": by}
    _write_json(folder / MARKS_FILE, [*_marks(folder), entry])


def is_withdrawn(folder: Path) -> bool:
    """Whether the upload of a folder was taken back; only its marks are read."""
    return _withdrawn(_marks(folder))


def _withdrawn(marks: Sequence[Row]) -> bool:
    return bool(marks) and marks[-1]["action"] == WITHDRAWN


def _marks(folder: Path) -> tuple[Row, ...]:
    path = folder / MARKS_FILE
    return tuple(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else ()


def view_rows(cursor: Cursor, folder: Path) -> None:
    """Make the temporary view `incoming` of a kept upload's rows."""
    # A view takes no parameter.
    path = literal(str(folder / ROWS_FILE))
    cursor.execute(f"create or replace temp view incoming as from read_parquet({path})")


def load_rejects(cursor: Cursor, upload: Kept) -> None:
    """Write into the warehouse what a kept upload had set aside."""
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
