"""Whether kept uploads are as they were written: asked before their rows are read."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from service_quality.base.errors import DamagedError
from service_quality.base.language import _
from service_quality.uploads import folder
from service_quality.uploads.folder import StoredUpload
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Cursor, Row, rows, rows_in

OK, DAMAGED, MISSING = "ok", "damaged", "missing"


def check(cursor: Cursor, upload: StoredUpload) -> None:
    """Hold the files of a kept upload against its manifest.

    DamagedError names the first that is not as it was written. Manifests of older versions have no
    hashes: their files are read, and their rows counted.
    """
    manifest = upload.manifest
    # What was set aside twice has a number behind its name.
    if not upload.folder.name.startswith(manifest["upload_id"]):
        raise folder.damaged(
            upload.folder / folder.MANIFEST_FILE, _("it is that of another upload")
        )
    for name, facts in _files(manifest).items():
        path = upload.folder / name
        if not path.is_file():
            raise folder.damaged(path, _("it is missing"))
        if "sha256" in facts:
            as_written = folder.sha256(path) == facts["sha256"]
        else:
            found = rows_in(cursor, path, all_cells=True)
            as_written = found == facts.get("rows", found)
        if not as_written:
            raise folder.damaged(path, _("it is not what was written"))


def _files(manifest: Row) -> dict[str, Row]:
    """Return what a manifest says of its files, or what follows from its numbers of rows."""
    if folder.FILES in manifest:
        return dict(manifest[folder.FILES])
    of = {folder.ROWS_FILE: "rows_accepted", folder.REJECTS_FILE: "rows_rejected"}
    counts = {name: manifest.get(key) for name, key in of.items()}
    if not counts[folder.REJECTS_FILE]:
        del counts[folder.REJECTS_FILE]
    return {name: {} if rows is None else {"rows": rows} for name, rows in counts.items()}


def checked(cursor: Cursor, place: Path) -> StoredUpload:
    """Return the kept upload of a folder; DamagedError where it is not as it was written."""
    upload = folder.read(place)
    check(cursor, upload)
    return upload


def check_marks(place: Path, made: int, newest: int) -> None:
    """DamagedError where the marks of an upload cannot be read, or are not there any more.

    `newest` is the data version of today: the newest upload may have none yet, where a crash came
    between it and its first mark.
    """
    marks = folder.marks_of(place)  # the manifest may be what is damaged
    if made < newest and place.is_dir() and not folder.is_acknowledged(marks):
        raise folder.damaged(place / folder.MARKS_FILE, _("it is missing"))


def known(cursor: Cursor, version: int | None = None) -> dict[str, str]:
    """Return the uploads that the warehouse has a line of, with their file; or had at a version."""
    found = rows(cursor, "select upload_id, file, position from uploads order by position")
    return {r["upload_id"]: r["file"] for r in found if not version or r["position"] <= version}


def needed(cursor: Cursor, version: int | None = None) -> set[str]:
    """Return the uploads whose folders the state is made of: all but those that were withdrawn."""
    found = rows(cursor, "select upload_id from uploads where status = 'withdrawn'")
    return set(known(cursor, version)) - {row["upload_id"] for row in found}


def whole(cursor: Cursor, home: Path, needed: Collection[str] = ()) -> list[StoredUpload]:
    """Return the kept uploads in their order, each as it was written, and all `needed` ones there.

    DamagedError names every one of which this is not so.
    """
    found, sentences = [], []
    for place in [*folder.whole_folders(home), *folder.missing(home, sorted(needed))]:
        try:
            found.append(checked(cursor, place))
        except DamagedError as error:
            sentences.append(str(error))
    if sentences:
        raise DamagedError("\n".join(sentences))
    return folder.in_order(found)


def report(warehouse: Warehouse) -> list[Row]:
    """Return for each kept upload, and each that the warehouse knows, whether it is whole.

    What was set aside because it was damaged is listed until a person removes it.
    """
    home = warehouse.folder
    with warehouse.cursor() as cursor:
        files = known(cursor)
        newest = warehouse.version()
        folders = [*folder.whole_folders(home), *folder.missing(home, files)]
        order = {upload_id: at for at, upload_id in enumerate(files)}
        folders.sort(key=lambda place: (order.get(place.name, len(order)), place.name))
        lines = [_line(cursor, place, files, newest) for place in folders]
        aside = [path for path in (home / folder.SET_ASIDE).glob("*") if path.is_dir()]
        set_aside = [_line(cursor, place, files) for place in sorted(aside)]
    return [*lines, *(line for line in set_aside if line["status"] != OK)]


def _line(cursor: Cursor, place: Path, files: dict[str, str], newest: int = 0) -> Row:
    line: Row = {"upload_id": place.name, "file": files.get(place.name)}
    try:
        upload = folder.read(place)
        line["file"] = upload.manifest.get("file")
        check(cursor, upload)
        check_marks(place, upload.version, newest)
    except DamagedError as error:
        status = DAMAGED if place.is_dir() else MISSING
        return line | {"status": status, "reason": str(error)}
    return line | {"status": OK, "reason": None}
