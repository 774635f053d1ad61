"""The command line: what the pages do, and the methods on a file of one's own (cli_methods)."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from service_quality import cli_methods
from service_quality import settings as settings_file
from service_quality.answers import Answers
from service_quality.errors import (
    RefusedError,
    ServiceQualityError,
    UsageError,
    WarehouseInUseError,
)
from service_quality.filters import Filters
from service_quality.ingest.words import Said, Words
from service_quality.settings import Settings
from service_quality.warehouse import FILE_NAME, Warehouse

if TYPE_CHECKING:
    from service_quality.uploads import Moment

DONE, REFUSED, USAGE, IN_USE = 0, 1, 2, 3
# Notices that are a sentence of their own.
SENTENCES = ("no_question", "as_last_time")
# No rate of its own promise: each failed contact is shared out over all that it broke.
WEAKEST_LINK = "weakest_link"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return 0 done, 1 a file refused, 2 wrong usage, 3 warehouse in use."""
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        folder = settings_file.data_folder()
        command: Callable[..., int] = arguments.command
        status = command(arguments, folder, settings_file.load(folder))
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not try to flush it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except WarehouseInUseError as error:
        return _complain(error, IN_USE)
    except RefusedError as error:
        return _complain(error, REFUSED)
    except ServiceQualityError as error:
        return _complain(error, USAGE)


def _complain(error: Exception, status: int) -> int:
    print(f"service-quality: {error}", file=sys.stderr)
    return status


# What to do


def _load(arguments: argparse.Namespace, folder: Path, settings: Settings) -> int:
    from service_quality import publish

    words = _words(arguments)
    dry_run = arguments.name == "check"
    path = folder / FILE_NAME
    if dry_run and not path.exists():
        warehouse = Warehouse.open(path, read_only=True)
    else:
        warehouse = publish.open_warehouse(path, settings)
    outcomes = []
    for file in arguments.files:
        moment = _moment(settings)
        outcome = publish.load(warehouse, settings, Path(file), words, moment, dry_run=dry_run)
        outcomes.append(outcome | {"file": file})
        _tell(outcome)
    warehouse.close()
    columns = ("file", "kind", "source", "status", "rows_read", "rows_accepted", "rows_rejected")
    _print(arguments, outcomes, outcomes, (*columns, "inserted", "updated", "unchanged"))
    if not arguments.json:
        for outcome in outcomes:
            _print_table(outcome["issues"], ("column", "rule", "rows", "first_rows", "example"))
    return REFUSED if any(o["status"] == "refused" for o in outcomes) else DONE


def _tell(outcome: dict[str, Any]) -> None:
    """Say on stderr what a person should read of a file: its format, its notices, its refusal."""
    file = outcome["file"]
    if outcome["format"]:
        print(f"{file}: {outcome['why'][0]}. {outcome['note']}", file=sys.stderr)
    for issue in outcome["issues"]:
        if issue["rule"] in SENTENCES:
            print(f"{file}: {issue['expected']}", file=sys.stderr)
    for warning in outcome["warnings"]:
        print(f"{file}: {warning}", file=sys.stderr)
    if outcome["status"] == "refused":
        print(f"service-quality: {outcome['reason']}", file=sys.stderr)


def _show(arguments: argparse.Namespace, folder: Path, settings: Settings) -> int:
    from service_quality.ingest.show import show

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
                decided = show(Path(file), sys.stdout, said)
            print(f"{file}: {' '.join(decided)}", file=sys.stderr)
        except RefusedError as error:
            status = _complain(error, REFUSED)
    return status


def _kpi(arguments: argparse.Namespace, folder: Path, settings: Settings) -> int:
    answers = _answers(folder, settings)
    filters = Filters(arguments.start, arguments.end, _where(arguments.where))
    if arguments.id == WEAKEST_LINK:
        by = [key for key in arguments.by if key != "promise"]
        rows = answers.weakest_links(by, filters)
        head = {"kpi": WEAKEST_LINK, "unit": "share of contacts", "measure": "share"}
        _print(arguments, {**head, "rows": rows}, rows)
        return DONE
    kpi = answers.find(arguments.id)
    rows = answers.kpi(kpi.id, arguments.by, filters, rows=True, reveal=arguments.all)
    for row in rows:
        row.pop("within", None)
    document = {"kpi": kpi.id, "unit": kpi.unit, "measure": kpi.measure, "rows": rows}
    _print(arguments, document, rows)
    return DONE


def _ranking(arguments: argparse.Namespace, folder: Path, settings: Settings) -> int:
    answers = _answers(folder, settings)
    ranking = answers.ranking(
        arguments.id,
        arguments.year,
        arguments.by,
        Filters(where=_where(arguments.where)),
        arguments.min_n,
        arguments.publisher,
        rows=True,
    )
    document = asdict(ranking)
    for name in ("period", "prior_period"):
        first, last = document[name]
        document[name] = {"from": first, "to": last}
    _print(arguments, document, ranking.rows)
    if not arguments.json:
        print(f"entered: {', '.join(ranking.entered)}\nleft: {', '.join(ranking.left)}")
    return DONE


def _uploads(arguments: argparse.Namespace, folder: Path, settings: Settings) -> int:
    rows = [
        {
            "upload_id": row["upload_id"],
            "at": row["uploaded_at"],
            "by": row["uploaded_by"],
            **{n: row[n] for n in ("file", "kind", "source", "status")},
            **{n: row[n] for n in ("rows_accepted", "rows_rejected")},
            "from": row["first_at"] and row["first_at"].date(),
            "to": row["last_at"] and row["last_at"].date(),
        }
        for row in _answers(folder, settings).uploads()
    ]
    _print(arguments, rows, rows)
    return DONE


def _withdraw(arguments: argparse.Namespace, folder: Path, settings: Settings) -> int:
    from service_quality import publish, reversal

    turn = reversal.withdraw if arguments.name == "withdraw" else reversal.put_back
    warehouse = publish.open_warehouse(folder / FILE_NAME, settings)
    upload = turn(warehouse, settings, arguments.upload, _moment(settings))
    warehouse.close()
    _print(arguments, upload, [upload])
    return DONE


def _rebuild(arguments: argparse.Namespace, folder: Path, settings: Settings) -> int:
    from service_quality import publish, reversal

    warehouse = publish.open_warehouse(folder / FILE_NAME, settings)
    done = {"uploads": reversal.rebuild(warehouse, settings), "version": warehouse.version()}
    warehouse.close()
    _print(arguments, done, [done])
    return DONE


def _method(arguments: argparse.Namespace, folder: Path, settings: Settings) -> int:
    """Answer from a file alone; the warehouse is not opened."""
    dates = _pairs(getattr(arguments, "dates", ()), "--dates")
    words = Words(dates=dates, said=_said(arguments))
    document, rows, lines = arguments.method(arguments, words, settings)
    _print(arguments, document, rows)
    if not arguments.json:
        print("\n".join(lines))
    return DONE


def _moment(settings: Settings) -> Moment:
    from service_quality.uploads import Moment

    now = datetime.now(ZoneInfo(settings.timezone)).replace(tzinfo=None)
    return Moment(now, getpass.getuser())


def _answers(folder: Path, settings: Settings) -> Answers:
    return Answers(Warehouse.open(folder / FILE_NAME, read_only=True), settings)


# What was said


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
        ):
            loader.add_argument(f"--{flag}", action="append", default=[], metavar=meta)
        loader.add_argument("--format", metavar="ID", help="of an export; empty: none we know")
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
    kpi.set_defaults(command=_kpi)
    ranking = commands.add_parser("ranking", help="rank by a KPI, against the year before")
    ranking.add_argument("id")
    ranking.add_argument("--year", type=int, required=True)
    ranking.add_argument("--by", default="brand")
    ranking.add_argument("--publisher")
    ranking.add_argument("--where", action="append", default=[], metavar="DIM=VALUE")
    ranking.add_argument("--min-n", type=int, default=1)
    # Taken so that both commands know the same words: a ranking marks few cases and hides none.
    ranking.add_argument("--all", action="store_true", help="nothing is hidden in a ranking")
    ranking.set_defaults(command=_ranking)
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
    cli_methods.add_to(commands, _add_method)
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


def _said(arguments: argparse.Namespace) -> Said:
    return Said(**{each.name: getattr(arguments, each.name) for each in fields(Said)})


def _words(arguments: argparse.Namespace) -> Words:
    from service_quality.datasets import all_datasets

    kinds = list(all_datasets())
    if arguments.kind and arguments.kind not in kinds:
        raise UsageError(f"There is no kind {arguments.kind}; known: {', '.join(kinds)}.")
    no_answer: dict[str, tuple[str, ...]] = {}
    for given in arguments.no_answer:
        for name, codes in _pairs([given], "--no-answer").items():
            more = tuple(code.strip() for code in codes.split(","))
            no_answer[name] = (*no_answer.get(name, ()), *more)
    return Words(
        kind=arguments.kind,
        source=arguments.source,
        mapping=_pairs(arguments.map, "--map"),
        constants=_pairs(arguments.set, "--set"),
        no_answer=no_answer,
        dates=_pairs(arguments.dates, "--dates"),
        units=_pairs(arguments.unit, "--unit"),
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
    arguments: argparse.Namespace,
    document: object,
    rows: Sequence[dict[str, Any]],
    columns: Sequence[str] | None = None,
) -> None:
    if arguments.json:
        print(json.dumps(document, ensure_ascii=False, allow_nan=False, default=_plain))
    else:
        _print_table(rows, columns or (list(rows[0]) if rows else []))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _print_table(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
    if not rows:
        return
    lines = [list(columns), *([_cell(row[name]) for name in columns] for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    for line in lines:
        print("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip())


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
