"""The command line: what the pages do, and the methods on a file of one's own (cli_methods)."""

from __future__ import annotations

import argparse
import getpass
import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO
from zoneinfo import ZoneInfo

from service_quality.base import settings as settings_file
from service_quality.base import zone
from service_quality.base.errors import (
    DamagedError,
    RefusedError,
    ServiceQualityError,
    UsageError,
    WarehouseInUseError,
)
from service_quality.base.filters import Filters
from service_quality.base.language import ngettext
from service_quality.base.settings import Settings
from service_quality.cli import methods
from service_quality.definitions.datasets import all_datasets
from service_quality.ingest.recognise.instructions import FileForm, Instructions
from service_quality.measures import rollup
from service_quality.measures.answers import Answers
from service_quality.uploads import folder as kept
from service_quality.warehouse import running
from service_quality.warehouse.connection import FILE_NAME, Warehouse

if TYPE_CHECKING:
    from service_quality.uploads.register import Moment

DONE, REFUSED, USAGE, IN_USE = 0, 1, 2, 3
# An app that has just started holds the warehouse before it answers; another command soon ends.
PATIENCE_SECONDS = 2.0
# Notices that are a sentence of their own.
SENTENCES = ("no_question", "as_last_time")
# No rate of its own promise: each failed contact is shared out over all that it broke.
WEAKEST_LINK = "weakest_link"


@dataclass(frozen=True)
class Run:
    """Where one command runs: its data, whose warehouse it uses, and where its words go."""

    folder: Path
    settings: Settings
    hold: Callable[..., AbstractContextManager[Warehouse]]
    here: Path
    by: str
    out: TextIO
    err: TextIO


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return 0 done, 1 a file refused, 2 wrong usage, 3 warehouse in use."""
    given = list(sys.argv[1:] if argv is None else argv)
    try:
        arguments = _parser().parse_args(given)
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        folder = settings_file.data_folder()
        here, by = Path.cwd(), getpass.getuser()

        def run() -> int:
            hold = partial(_own, folder)
            settings = settings_file.load(folder)
            found = Run(folder, settings, hold, here, by, sys.stdout, sys.stderr)
            question = {"argv": given, "here": str(here), "by": by}
            last_try = time.monotonic() + PATIENCE_SECONDS
            while True:
                try:
                    return int(arguments.command(arguments, found))
                except WarehouseInUseError:
                    told = running.ask(folder, question)
                    if told is not None:
                        sys.stdout.write(told["out"])
                        sys.stderr.write(told["err"])
                        return int(told["status"])
                    if time.monotonic() > last_try:
                        raise
                time.sleep(0.1)

        status = _status(run, sys.stderr)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not try to flush it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def answer(question: Mapping[str, Any], warehouse: Warehouse, folder: Path) -> dict[str, Any]:
    """Run a command that another process was asked, on the warehouse that this one holds.

    `question` has `argv`, the folder `here` that its files are named from, and `by` whom.
    Returns `status`, and what was written to `out` and `err`.
    """
    out, err = io.StringIO(), io.StringIO()

    def run() -> int:
        arguments = _parser().parse_args(question["argv"])
        settings = settings_file.load(folder)
        with warehouse.transaction() as cursor:
            rollup.bring_up_to_date(cursor, settings, list(all_datasets()))
        here = Path(question["here"])
        hold = partial(_borrowed, warehouse)
        return int(
            arguments.command(
                arguments, Run(folder, settings, hold, here, question["by"], out, err)
            )
        )

    return {"status": _status(run, err), "out": out.getvalue(), "err": err.getvalue()}


def _status(run: Callable[[], int], err: TextIO) -> int:
    try:
        return run()
    except WarehouseInUseError as error:
        return _complain(error, IN_USE, err)
    except (RefusedError, DamagedError) as error:
        return _complain(error, REFUSED, err)
    except ServiceQualityError as error:
        return _complain(error, USAGE, err)


def _complain(error: Exception, status: int, err: TextIO) -> int:
    print(f"service-quality: {error}", file=err)
    return status


@contextmanager
def _own(folder: Path, settings: Settings | None = None) -> Iterator[Warehouse]:
    """Open the warehouse for a command, to read it, or with `settings` to write to it."""
    path = folder / FILE_NAME
    if settings is None and (said := zone.difference(folder, settings_file.load(folder).timezone)):
        print(f"service-quality: {said}", file=sys.stderr)
    warehouse = Warehouse.open(path, read_only=True) if settings is None else None
    if warehouse and not kept.agrees(warehouse):
        warehouse.close()
        warehouse, settings = None, settings_file.load(folder)
    if warehouse is None:
        from service_quality.uploads import publish
        from service_quality.warehouse import temporary

        assert settings
        warehouse = publish.open_warehouse(path, settings)
        temporary.use(folder)
    try:
        yield warehouse
    finally:
        warehouse.close()


@contextmanager
def _borrowed(warehouse: Warehouse, settings: Settings | None = None) -> Iterator[Warehouse]:
    """Give the warehouse that this process holds; it stays open."""
    yield warehouse


# What to do


def _load(arguments: argparse.Namespace, run: Run) -> int:
    from service_quality.uploads import publish

    words = _words(arguments)
    dry_run = arguments.name == "check"
    outcomes = []
    # A check of a first file makes no warehouse.
    nothing_yet = dry_run and not (run.folder / FILE_NAME).exists()
    with run.hold(None if nothing_yet else run.settings) as warehouse:
        for file in arguments.files:
            outcome = publish.load(
                warehouse,
                run.settings,
                run.here / file,
                words,
                _moment(run),
                name=Path(file).name,
                dry_run=dry_run,
            )
            outcomes.append(outcome | {"file": file})
            _tell(outcome, run.err)
    return _outcomes(run, arguments, outcomes)


def _inbox(arguments: argparse.Namespace, run: Run) -> int:
    from service_quality.uploads import inbox, publish

    with run.hold(run.settings) as warehouse:

        def load(path: Path) -> dict[str, Any]:
            outcome = publish.load(warehouse, run.settings, path, Instructions(), _moment(run))
            _tell(outcome, run.err)
            return outcome

        outcomes = inbox.take(run.folder, load)
    return _outcomes(run, arguments, outcomes)


def _outcomes(run: Run, arguments: argparse.Namespace, outcomes: list[dict[str, Any]]) -> int:
    columns = ("file", "kind", "source", "status", "rows_read", "rows_accepted", "rows_rejected")
    _print(run, arguments, outcomes, outcomes, (*columns, "inserted", "updated", "unchanged"))
    if not arguments.json:
        for outcome in outcomes:
            _print_table(
                run.out, outcome["issues"], ("column", "rule", "rows", "first_rows", "example")
            )
            _print_decided(run.out, outcome, head=len(outcomes) > 1)
    return REFUSED if any(o["status"] == "refused" for o in outcomes) else DONE


def _tell(outcome: dict[str, Any], err: TextIO) -> None:
    """Say on stderr what a person should read of a file: its format, its notices, its refusal."""
    from service_quality.ingest.stage import personal

    file = outcome["file"]
    if outcome["format"]:
        print(f"{file}: {outcome['why'][0]}. {outcome['note']}", file=err)
    for issue in outcome["issues"]:
        if issue["rule"] in SENTENCES:
            print(f"{file}: {issue['expected']}", file=err)
        elif issue["emptied"]:
            text = ngettext(
                "{column}: {n} cell was left empty, expected {expected}.",
                "{column}: {n} cells were left empty, expected {expected}.",
                issue["rows"],
            )
            said = text.format(column=issue["column"], n=issue["rows"], expected=issue["expected"])
            print(f"{file}: {said}", file=err)
    for found in outcome["personal"]:
        print(f"{file}: {personal.said(found, found['column'])}", file=err)
    for warning in outcome["warnings"]:
        print(f"{file}: {warning}", file=err)
    if outcome["status"] == "refused":
        print(f"service-quality: {outcome['reason']}", file=err)


def _show(arguments: argparse.Namespace, run: Run) -> int:
    from service_quality.cli.show import show

    said = _said(arguments)
    status = DONE
    for file in arguments.files:
        try:
            if arguments.out:
                target = Path(arguments.out) / Path(file).name
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("w", encoding="utf-8", newline="") as out:
                    decided = show(Path(file), out, said)
            else:
                decided = show(Path(file), run.out, said)
            print(f"{file}: {' '.join(decided)}", file=run.err)
        except RefusedError as error:
            status = _complain(error, REFUSED, run.err)
    return status


def _kpi(arguments: argparse.Namespace, run: Run) -> int:
    filters = Filters(arguments.start, arguments.end, _where(arguments.where))
    if arguments.id == WEAKEST_LINK:
        by = [key for key in arguments.by if key != "promise"]
        with _answers(run, arguments.as_of) as answers:
            rows = answers.weakest_links(by, filters)
        head = {"kpi": WEAKEST_LINK, "unit": "share of contacts", "measure": "share"}
        _print(run, arguments, {**head, "rows": rows}, rows)
        return DONE
    with _answers(run, arguments.as_of) as answers:
        kpi = answers.find(arguments.id)
        rows = answers.kpi(kpi.id, arguments.by, filters, rows=True, reveal=arguments.all)
        awaited = answers.awaited(kpi.id, filters, rows=True)
    for row in rows:
        row.pop("within", None)
    document = {"kpi": kpi.id, "unit": kpi.unit, "measure": kpi.measure, "awaited": awaited}
    document["rows"] = rows
    _print(run, arguments, document, rows)
    return DONE


def _ranking(arguments: argparse.Namespace, run: Run) -> int:
    with _answers(run, arguments.as_of) as answers:
        ranking = answers.ranking(
            arguments.id,
            arguments.year,
            arguments.by,
            Filters(where=_where(arguments.where)),
            arguments.min_n,
            arguments.publisher,
            rows=True,
            reveal=arguments.all,
        )
    document = asdict(ranking)
    for name in ("period", "prior_period"):
        first, last = document[name]
        document[name] = {"from": first, "to": last}
    _print(run, arguments, document, ranking.rows)
    if not arguments.json:
        print(f"entered: {', '.join(ranking.entered)}", file=run.out)
        print(f"left: {', '.join(ranking.left)}", file=run.out)
    return DONE


def _uploads(arguments: argparse.Namespace, run: Run) -> int:
    with _answers(run) as answers:
        uploads = answers.uploads()
    rows = [
        {
            "upload_id": row["upload_id"],
            "version": row["version"],
            "at": row["uploaded_at"],
            "by": row["uploaded_by"],
            **{n: row[n] for n in ("file", "kind", "source", "status")},
            **{n: row[n] for n in ("rows_accepted", "rows_rejected")},
            "from": row["first_at"] and row["first_at"].date(),
            "to": row["last_at"] and row["last_at"].date(),
        }
        for row in uploads
    ]
    _print(run, arguments, rows, rows)
    return DONE


def _withdraw(arguments: argparse.Namespace, run: Run) -> int:
    from service_quality.uploads import withdraw

    turn = withdraw.withdraw if arguments.name == "withdraw" else withdraw.put_back
    with run.hold(run.settings) as warehouse:
        upload = turn(warehouse, run.settings, arguments.upload, _moment(run))
    _print(run, arguments, upload, [upload])
    return DONE


def _rebuild(arguments: argparse.Namespace, run: Run) -> int:
    from service_quality.uploads import withdraw

    with run.hold(run.settings) as warehouse:
        uploads = withdraw.rebuild(warehouse, run.settings)
        done = {"uploads": uploads, "version": warehouse.version()}
    _print(run, arguments, done, [done])
    return DONE


def _verify(arguments: argparse.Namespace, run: Run) -> int:
    from service_quality.uploads import damage

    with run.hold() as warehouse:
        lines = damage.report(warehouse)
    _print(run, arguments, lines, lines, ("upload_id", "file", "status", "reason"))
    found = [line for line in lines if line["status"] != damage.OK]
    for line in found:
        print(f"service-quality: {line['reason']}", file=run.err)
    return REFUSED if found else DONE


def _method(arguments: argparse.Namespace, run: Run) -> int:
    """Answer from a file alone; the warehouse is not opened."""
    dates = _pairs(getattr(arguments, "dates", ()), "--dates")
    words = Instructions(dates=dates, said=_said(arguments))
    document, rows, lines = arguments.method(arguments, words, run.settings)
    _print(run, arguments, document, rows)
    if not arguments.json:
        print("\n".join(lines), file=run.out)
    return DONE


def _moment(run: Run) -> Moment:
    from service_quality.uploads.register import Moment

    now = datetime.now(ZoneInfo(run.settings.timezone)).replace(tzinfo=None)
    return Moment(now, run.by)


@contextmanager
def _answers(run: Run, version: int | None = None) -> Iterator[Answers]:
    """Give what answers, today or as the data were at an earlier version."""
    with run.hold() as warehouse:
        if version is not None and version != warehouse.version():
            from service_quality.uploads import as_of, damage

            newest = warehouse.version()
            with warehouse.cursor() as cursor:
                needed = damage.needed(cursor, version)
            warehouse = as_of.open(run.folder, run.settings, version, newest, needed)
        yield Answers(warehouse, run.settings)


# What was said


def _as_of(parser: argparse.ArgumentParser) -> None:
    text = "as the data were at an earlier version; “uploads” lists them"
    parser.add_argument("--as-of", type=int, metavar="VERSION", help=text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="service-quality", description="What was promised to customers, and what was kept."
    )
    commands = parser.add_subparsers(dest="name", required=True)
    for name, summary in (
        ("load", "publish files"),
        ("check", "say what publishing them would do"),
    ):
        loader = commands.add_parser(name, help=summary)
        loader.add_argument("files", nargs="+", metavar="FILE")
        loader.add_argument("--kind")
        loader.add_argument("--source")
        for flag, meta in (
            ("map", "COLUMN=HEADER"),
            ("set", "COLUMN=VALUE"),
            ("no-answer", "COLUMN=V,…"),
            ("dates", "COLUMN=FORMAT"),
            ("unit", "COLUMN=UNIT"),
            ("keep", "COLUMN=REASON"),
        ):
            loader.add_argument(f"--{flag}", action="append", default=[], metavar=meta)
        loader.add_argument("--format", metavar="ID", help="of an export; empty: none we know")
        loader.add_argument(
            "--hash", action="append", default=[], metavar="COLUMN", help="keep as a keyed hash"
        )
        loader.add_argument("--replace", action="store_true")
        _add_said(loader)
        loader.set_defaults(command=_load)
    show = commands.add_parser("show", help="print a file's table as it is read")
    show.add_argument("files", nargs="+", metavar="FILE")
    show.add_argument("--out", metavar="DIR")
    _add_said(show)
    show.set_defaults(command=_show)
    kpi = commands.add_parser("kpi", help="print a KPI")
    kpi.add_argument("id")
    kpi.add_argument("--by", action="append", default=[])
    kpi.add_argument("--from", dest="start", type=date.fromisoformat)
    kpi.add_argument("--to", dest="end", type=date.fromisoformat)
    kpi.add_argument("--where", action="append", default=[], metavar="DIM=VALUE")
    kpi.add_argument("--all", action="store_true", help="show figures of under 10 answers too")
    _as_of(kpi)
    kpi.set_defaults(command=_kpi)
    ranking = commands.add_parser("ranking", help="rank by a KPI, against the year before")
    ranking.add_argument("id")
    ranking.add_argument("--year", type=int, required=True)
    ranking.add_argument("--by", default="brand")
    ranking.add_argument("--publisher")
    ranking.add_argument("--where", action="append", default=[], metavar="DIM=VALUE")
    ranking.add_argument("--min-n", type=int, default=1)
    ranking.add_argument("--all", action="store_true", help="show figures of under 10 answers too")
    _as_of(ranking)
    ranking.set_defaults(command=_ranking)
    inbox = commands.add_parser("inbox", help="load the files that lie in the inbox")
    inbox.set_defaults(command=_inbox)
    uploads = commands.add_parser("uploads", help="list the uploads, oldest first")
    uploads.set_defaults(command=_uploads)
    for name, words in (
        ("withdraw", "take an upload back: as if it had never been"),
        ("put-back", "put a withdrawn upload back where it was"),
    ):
        turn = commands.add_parser(name, help=words)
        turn.add_argument("upload")
        turn.set_defaults(command=_withdraw)
    rebuild = commands.add_parser("rebuild", help="make the warehouse anew from the kept uploads")
    rebuild.set_defaults(command=_rebuild)
    verify = commands.add_parser("verify", help="say which kept uploads are damaged or missing")
    verify.set_defaults(command=_verify)
    methods.add_to(commands, _add_method)
    for command in commands.choices.values():
        command.add_argument("--json", action="store_true", help="print one JSON document")
    return parser


def _add_method(command: argparse.ArgumentParser) -> None:
    _add_said(command)
    command.set_defaults(command=_method)


def _add_said(command: argparse.ArgumentParser) -> None:
    command.add_argument("--encoding", metavar="NAME", help="such as cp1252")
    command.add_argument("--delimiter", metavar="SIGN")
    command.add_argument("--header", type=int, metavar="LINE", help="0: the file has none")
    command.add_argument("--table", type=int, metavar="N", help="of several in one file")
    command.add_argument("--sheet", metavar="NAME", help="of a workbook; a number counts from 1")


def _said(arguments: argparse.Namespace) -> FileForm:
    return FileForm(**{each.name: getattr(arguments, each.name) for each in fields(FileForm)})


def _words(arguments: argparse.Namespace) -> Instructions:
    kinds = list(all_datasets())
    if arguments.kind and arguments.kind not in kinds:
        raise UsageError(f"There is no kind {arguments.kind}; known: {', '.join(kinds)}.")
    no_answer: dict[str, tuple[str, ...]] = {}
    for given in arguments.no_answer:
        for name, codes in _pairs([given], "--no-answer").items():
            more = tuple(code.strip() for code in codes.split(","))
            no_answer[name] = (*no_answer.get(name, ()), *more)
    return Instructions(
        kind=arguments.kind,
        source=arguments.source,
        mapping=_pairs(arguments.map, "--map"),
        constants=_pairs(arguments.set, "--set"),
        no_answer=no_answer,
        dates=_pairs(arguments.dates, "--dates"),
        units=_pairs(arguments.unit, "--unit"),
        keep=_pairs(arguments.keep, "--keep"),
        hashed=tuple(arguments.hash),
        format=arguments.format,
        replace=arguments.replace,
        said=_said(arguments),
    )


def _pairs(given: Iterable[str], flag: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"{flag} {text}: write it as COLUMN=VALUE.")
        pairs[name.strip()] = value
    return pairs


def _where(given: Iterable[str]) -> tuple[tuple[str, tuple[str | None, ...]], ...]:
    chosen: dict[str, list[str | None]] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"--where {text}: write it as DIM=VALUE.")
        chosen.setdefault(name.strip(), []).append(value or None)
    return tuple((name, tuple(values)) for name, values in chosen.items())


# What is printed


def _print(
    run: Run,
    arguments: argparse.Namespace,
    document: object,
    rows: Sequence[dict[str, Any]],
    columns: Sequence[str] | None = None,
) -> None:
    if arguments.json:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, default=_plain)
        print(text, file=run.out)
    else:
        _print_table(run.out, rows, columns or (list(rows[0]) if rows else []))


def _print_decided(out: TextIO, outcome: Mapping[str, Any], *, head: bool) -> None:
    """Print what was decided about a file, and which measures it feeds: one line each."""
    from service_quality.ingest.recognise import summary

    lines = summary.lines(outcome)
    if lines and head:
        print(f"{outcome['file']}:", file=out)
    for line in lines:
        print(line, file=out)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _print_table(out: TextIO, rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
    if not rows:
        return
    lines = [list(columns), *([_cell(row[name]) for name in columns] for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    for line in lines:
        print(
            "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip(),
            file=out,
        )


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
