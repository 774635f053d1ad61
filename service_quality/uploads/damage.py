"""Whether kept uploads are as they were written: asked before their rows are read."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from service_quality.base.errors import DamagedError
from service_quality.base.language import _
from service_quality.uploads import folder as kept
from service_quality.uploads.folder import Kept
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Cursor, Row, rows, rows_in

OK, DAMAGED, MISSING = "ok", "damaged", "missing"


def check(cursor: Cursor, upload: Kept) -> None:
    """Hold the files of a kept upload against its manifest.

    DamagedError names the first that is not as it was written. Manifests of older versions have no
    hashes: their files are read, and their rows counted.
    """
    manifest = upload.manifest
    # What was set aside twice has a number behind its name.
    if not upload.folder.name.startswith(manifest["upload_id"]):
        raise kept.damaged(upload.folder / kept.MANIFEST_FILE, _("it is that of another upload"))
    for name, said in _files(manifest).items():
        path = upload.folder / name
        if not path.is_file():
            raise kept.damaged(path, _("it is missing"))
        if "sha256" in said:
            as_written = kept.sha256(path) == said["sha256"]
        else:
            found = rows_in(cursor, path, all_cells=True)
            as_written = found == said.get("rows", found)
        if not as_written:
            raise kept.damaged(path, _("it is not what was written"))


def _files(manifest: Row) -> dict[str, Row]:
    """Return what a manifest says of its files, or what follows from its numbers of rows."""
    if kept.FILES in manifest:
        return dict(manifest[kept.FILES])
    of = {kept.ROWS_FILE: "rows_accepted", kept.REJECTS_FILE: "rows_rejected"}
    counts = {name: manifest.get(key) for name, key in of.items()}
    if not counts[kept.REJECTS_FILE]:
        del counts[kept.REJECTS_FILE]
    return {name: {} if rows is None else {"rows": rows} for name, rows in counts.items()}


def checked(cursor: Cursor, folder: Path) -> Kept:
    """Return the kept upload of a folder; DamagedError where it is not as it was written."""
    upload = kept.read(folder)
    check(cursor, upload)
    return upload


def check_marks(folder: Path, made: int, newest: int) -> None:
    """DamagedError where the marks of an upload cannot be read, or are not there any more.

    The upload `made` a data version, of which `newest` is that of today: the newest upload may have
    none yet, where a crash came between it and its first mark.
    """
    if made < newest and folder.is_dir() and not kept.read(folder).acknowledged:
        raise kept.damaged(folder / kept.MARKS_FILE, _("it is missing"))


def known(cursor: Cursor, version: int | None = None) -> dict[str, str]:
    """Return the uploads that the warehouse has a line of, with their file; or had at a version."""
    found = rows(cursor, "select upload_id, file, position from uploads order by position")
    return {r["upload_id"]: r["file"] for r in found if not version or r["position"] <= version}


def needed(cursor: Cursor, version: int | None = None) -> set[str]:
    """Return the uploads whose folders the state is made of: all but those that were withdrawn."""
    found = rows(cursor, "select upload_id from uploads where status = 'withdrawn'")
    return set(known(cursor, version)) - {row["upload_id"] for row in found}


def whole(cursor: Cursor, home: Path, needed: Collection[str] = ()) -> list[Kept]:
    """Return the kept uploads in their order, each as it was written, and all `needed` ones there.

    DamagedError names every one of which this is not so.
    """
    found, said = [], []
    for folder in [*kept.whole_folders(home), *kept.missing(home, sorted(needed))]:
        try:
            found.append(checked(cursor, folder))
        except DamagedError as error:
            said.append(str(error))
    if said:
        raise DamagedError("\n".join(said))
    return kept.in_order(found)


def report(warehouse: Warehouse) -> list[Row]:
    """Return for each kept upload, and each that the warehouse knows, whether it is whole.

    What was set aside because it was damaged is listed until a person removes it.
    """
    home = warehouse.folder
    with warehouse.cursor() as cursor:
        files = known(cursor)
        newest = warehouse.version()
        folders = [*kept.whole_folders(home), *kept.missing(home, files)]
        order = {upload_id: at for at, upload_id in enumerate(files)}
        folders.sort(key=lambda folder: (order.get(folder.name, len(order)), folder.name))
        lines = [_line(cursor, folder, files, newest) for folder in folders]
        aside = [path for path in (home / kept.SET_ASIDE).glob("*") if path.is_dir()]
        set_aside = [_line(cursor, folder, files) for folder in sorted(aside)]
    return [*lines, *(line for line in set_aside if line["status"] != OK)]


def _line(cursor: Cursor, folder: Path, files: dict[str, str], newest: int = 0) -> Row:
    line: Row = {"upload_id": folder.name, "file": files.get(folder.name)}
    try:
        upload = kept.read(folder)
        line["file"] = upload.manifest.get("file")
        check(cursor, upload)
        check_marks(folder, upload.version, newest)
    except DamagedError as error:
        status = DAMAGED if folder.is_dir() else MISSING
        return line | {"status": status, "reason": str(error)}
    return line | {"status": OK, "reason": None}
