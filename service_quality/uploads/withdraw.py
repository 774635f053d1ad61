"""Takes uploads back, puts them back, builds the warehouse anew: the state is a fold of uploads."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from service_quality.base.errors import DamagedError, ServiceQualityError, UsageError
from service_quality.base.language import _
from service_quality.base.settings import Settings
from service_quality.definitions.datasets import all_datasets, dataset
from service_quality.measures import rollup
from service_quality.uploads import damage, folder, refold, register
from service_quality.uploads.folder import StoredUpload
from service_quality.uploads.register import Moment
from service_quality.warehouse import schema, temporary
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import Cursor, Row, rows

UNDER_WAY = ".writing"


def withdraw(warehouse: Warehouse, settings: Settings, upload_id: str, moment: Moment) -> Row:
    """Take an upload back: the state is as if it had never been, later uploads stay.

    Raises UsageError where there is no such upload, or it was withdrawn before.
    """
    return _turned(warehouse, settings, upload_id, moment, folder.WITHDRAWN)


def put_back(warehouse: Warehouse, settings: Settings, upload_id: str, moment: Moment) -> Row:
    """Put a withdrawn upload back where it was; UsageError where it is not withdrawn."""
    return _turned(warehouse, settings, upload_id, moment, folder.PUT_BACK)


@contextmanager
def writing(warehouse: Warehouse, settings: Settings) -> Iterator[None]:
    """Let nobody else write meanwhile; what one who died in the middle left is tidied first.

    A file's next writer tidies as it opens it. Of a place that others write to as well nobody need
    open it anew: so a note lies there for as long as something is under way.
    """
    with warehouse.writing():
        if not warehouse.place.shared:
            yield
            return
        note = warehouse.folder / UNDER_WAY
        if note.exists():
            log_tidied(warehouse, settings)
        note.touch()
        yield
        note.unlink(missing_ok=True)


def log_tidied(warehouse: Warehouse, settings: Settings) -> None:
    """Tidy, and say in the program's log what was done."""
    for sentence in tidy(warehouse, settings):
        logging.getLogger("service_quality").warning(sentence)


def rebuild(
    warehouse: Warehouse, settings: Settings, home: Path | None = None, until: int | None = None
) -> int:
    """Make the warehouse anew from the kept uploads alone; return how many there are.

    Its tables, sums and verdicts are as before; one transaction, so that a crash changes nothing.
    The uploads are those of the data folder `home`, else the warehouse's own; with `until` the
    state is as it was at that data version. DamagedError where one is not as it was written, or
    not there; nothing changes then.
    """
    with warehouse.writing():
        return _rebuild(warehouse, settings, home or warehouse.folder, until)


def _rebuild(warehouse: Warehouse, settings: Settings, home: Path, until: int | None) -> int:
    if until is None:
        for sentence in _complete_marks(warehouse):
            logging.getLogger("service_quality").warning(sentence)
    with warehouse.cursor() as cursor:
        needed = damage.needed(cursor) if until is None else set()
        found = damage.whole(cursor, home, needed)
    found = [each for each in found if until is None or each.version <= until]
    warehouse.retrying(lambda: _fold_all(warehouse, settings, home, found, until))
    return len(found)


def _fold_all(
    warehouse: Warehouse,
    settings: Settings,
    home: Path,
    found: Sequence[StoredUpload],
    until: int | None,
) -> None:
    with warehouse.transaction() as cursor:
        for name in ("uploads", "rejects", *all_datasets()):
            cursor.execute(f"truncate {schema.table(name)}")
        for each in found:
            if not register.is_whole(each.manifest):
                raise ServiceQualityError(
                    _(
                        "The upload {folder} was kept by an older version, without all that is "
                        "needed. Load its file again, and remove the folder."
                    ).format(folder=each.folder)
                )
            register.record(cursor, each.manifest)
            folder.load_rejects(cursor, each)
        register.settle(cursor, {k.manifest["upload_id"] for k in found if k.withdrawn(until)})
        for of in all_datasets().values():
            refold.all_of(cursor, home, of)
        rollup.refresh(cursor, settings, list(all_datasets()))
        last = max((k.last_version for k in found), default=0) if until is None else until
        register.raise_version(cursor, at_least=last)


def tidy(warehouse: Warehouse, settings: Settings) -> list[str]:
    """Bring a warehouse and the kept uploads together again; return sentences on what was done.

    A crash leaves them apart, and so does a warehouse that is lost, or older than the uploads
    beside it. An upload that someone was told of is folded in; one that nobody was told of, or
    that cannot be read, is set aside. Nothing that is whole is ever removed.
    """
    home = warehouse.folder
    temporary.clear(home)
    folder.remove_unfinished(home)
    with warehouse.cursor() as cursor:
        known = list(damage.known(cursor))
        lost, sentences = _sort_out(cursor, home, folder.unknown(home, known))
    marks, damaged = _marks(home, known)
    version = warehouse.version()
    later = [mark for each in marks.values() for mark in each if mark["version"] > version]
    if lost or later or warehouse.has_older_rows():
        return [
            *sentences,
            *damaged,
            _make_anew(warehouse, settings, lost, folder.missing(home, known)),
        ]
    return [*sentences, *damaged, *_complete_marks(warehouse)]


def _marks(home: Path, known: Iterable[str]) -> tuple[dict[str, tuple[Row, ...]], list[str]]:
    """Return the marks of the known uploads, and sentences on those that cannot be read."""
    marks, sentences = {}, []
    for upload_id in known:
        try:
            marks[upload_id] = folder.marks_of(folder.folder_of(home, upload_id))
        except DamagedError as error:
            sentences.append(str(error))
    return marks, sentences


def _sort_out(cursor: Cursor, home: Path, unknown: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """Return the acknowledged ones of the unknown folders; set the others aside, and say so."""
    acknowledged, sentences = [], []
    for place in unknown:
        try:
            why = _("nobody was told that it was published; load its file again")
            if folder.read(place).acknowledged and place.suffix != folder.MAKING:
                damage.checked(cursor, place)
                acknowledged.append(place)
                continue
        except ServiceQualityError as error:
            why = str(error)
        sentence = _("The upload {folder} was set aside as {target}: {why}")
        target = folder.set_aside(home, place)
        sentences.append(sentence.format(folder=place.name, target=target, why=why))
    return acknowledged, sentences


def _make_anew(
    warehouse: Warehouse, settings: Settings, lost: Sequence[Path], missing: Sequence[Path]
) -> str:
    names = ", ".join(place.name for place in lost) or "–"
    if missing:
        return _(
            "The warehouse does not hold all that was published ({lost}), and cannot be made anew,"
            " because kept uploads are missing: {missing}. Restore them from a backup, then run"
            " “service-quality rebuild”."
        ).format(lost=names, missing=", ".join(place.name for place in missing))
    try:
        rebuild(warehouse, settings)
    except DamagedError as error:
        return _(
            "The warehouse does not hold all that was published ({lost}), and cannot be made anew:"
            " {why}"
        ).format(lost=names, why=error)
    return _(
        "The warehouse did not hold all that was published ({lost}); it was made anew from the"
        " kept uploads."
    ).format(lost=names)


def _complete_marks(warehouse: Warehouse) -> list[str]:
    """Mark what the warehouse knows and a folder does not say; return sentences on what was lost.

    A crash after the transaction leaves the newest upload unmarked. Where an older one is, its
    marks were deleted: since when it counts as it does is not known any more.
    """
    home, version = warehouse.folder, warehouse.version()
    known = {row["upload_id"]: row for row in warehouse.rows("from uploads")}
    marks, _told = _marks(home, known)
    sentences = []
    for upload_id, found in marks.items():
        place, line = folder.folder_of(home, upload_id), known[upload_id]
        if not place.is_dir() or any(mark["version"] > version for mark in found):
            continue
        if not folder.is_acknowledged(found):
            if line["position"] < version and not _is_of_old(place):
                sentences.append(_lost_marks(place))
            folder.mark(home, upload_id, folder.ACKNOWLEDGED, line["position"], "", "")
        withdrawn = line["status"] == "withdrawn"
        if folder.is_withdrawn(found) != withdrawn:
            action = folder.WITHDRAWN if withdrawn else folder.PUT_BACK
            folder.mark(home, upload_id, action, version, "", "")
    return sentences


def _is_of_old(place: Path) -> bool:
    """Whether an upload is of a version that wrote no acknowledgement."""
    try:
        return folder.read(place).acknowledged
    except DamagedError:
        return False


def _lost_marks(place: Path) -> str:
    return _(
        "{path} was missing and was written anew from the warehouse; when the upload was withdrawn"
        " or put back is not known any more."
    ).format(path=place / folder.MARKS_FILE)


def _turned(
    warehouse: Warehouse, settings: Settings, upload_id: str, moment: Moment, action: str
) -> Row:
    with writing(warehouse, settings):  # until it is marked
        return warehouse.retrying(lambda: _turn(warehouse, settings, upload_id, moment, action))


def _turn(
    warehouse: Warehouse, settings: Settings, upload_id: str, moment: Moment, action: str
) -> Row:
    place = folder.folder_of(warehouse.folder, upload_id)
    with warehouse.transaction() as cursor:
        upload = _of_id(cursor, upload_id, action)
        # None is added to damaged ones, nor to none.
        damage.check_marks(place, upload["position"], warehouse.version())
        taken = {
            row["upload_id"]
            for row in rows(cursor, "select upload_id from uploads where status = 'withdrawn'")
        }
        of, source = dataset(upload["kind"]), upload["source"]
        was_until = register.observed_until(cursor, of.kind, source)
        changed = register.settle(cursor, taken ^ {upload_id})
        months = refold.turned(cursor, warehouse.folder, of, source, changed)
        until = register.observed_until(cursor, of.kind, source)
        rollup.refresh(cursor, settings, [of.kind], *_to_sum(months, source, was_until, until))
        version = register.raise_version(cursor)
        (after,) = rows(
            cursor, "select status from uploads where upload_id = $id", {"id": upload_id}
        )
    # After the transaction: what a crash leaves undone here, the next start does.
    if place.is_dir():
        at, of_file = moment.at.isoformat(), f"{upload['file']}, {of.kind}"
        folder.note(warehouse.folder, upload_id, action, version, at, moment.by, of_file)
    return upload | after


def _to_sum(
    months: Collection[date] | None, source: str, before: datetime | None, after: datetime | None
) -> tuple[Collection[date] | None, rollup.Moved | None]:
    """Return the months to sum anew, and between which ends of observation others may change."""
    if before == after or months is None:
        return months, None
    if before is None or after is None:
        return None, None
    return months, rollup.Moved(source, min(before, after), max(before, after))


def _of_id(cursor: Cursor, upload_id: str, action: str) -> Row:
    found = rows(
        cursor,
        "select upload_id, kind, source, file, status, position from uploads where upload_id = $id",
        {"id": upload_id},
    )
    if not found:
        raise UsageError(
            _("There is no upload {id}; “service-quality uploads” lists them.").format(id=upload_id)
        )
    withdrawn = found[0]["status"] == "withdrawn"
    if withdrawn and action == folder.WITHDRAWN:
        raise UsageError(_("The upload {id} was withdrawn before.").format(id=upload_id))
    if not withdrawn and action == folder.PUT_BACK:
        raise UsageError(_("The upload {id} is not withdrawn.").format(id=upload_id))
    return found[0]
