"""The arguments of the command line: which there are, and what those of a file mean."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from typing import Any

from service_quality.base.errors import UsageError
from service_quality.base.language import LANGUAGES
from service_quality.cli import methods, registers, values
from service_quality.definitions.datasets import all_datasets
from service_quality.ingest.recognise.instructions import (
    AGENTS,
    FLAGS,
    HASH,
    NAMES,
    NO,
    PSEUDONYMS,
    FileForm,
    Instructions,
)


@cache
def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line; the command's word goes into `name`."""
    program = argparse.ArgumentParser(
        prog="service-quality", description="What was promised to customers, and what was kept."
    )
    commands = program.add_subparsers(dest="name", required=True)
    _add_loading(commands)
    show = commands.add_parser("show", help="print a file's table as it is read")
    show.add_argument("files", nargs="+", metavar="FILE")
    show.add_argument("--out", metavar="DIR")
    _add_file_form(show)
    _add_kpi(commands)
    _add_ranking(commands)
    _add_report(commands)
    _add_mail(commands)
    commands.add_parser("inbox", help="load the files that lie in the inbox")
    commands.add_parser("uploads", help="list the uploads, oldest first")
    for name, summary in (
        ("withdraw", "take an upload back: as if it had never been"),
        ("put-back", "put a withdrawn upload back where it was"),
    ):
        commands.add_parser(name, help=summary).add_argument("upload")
    commands.add_parser("rebuild", help="make the warehouse anew from the kept uploads")
    commands.add_parser("pack", help="make few files of a lake's many, and remove old ones")
    move = commands.add_parser("move", help="carry the warehouse to another place")
    move.add_argument("--to", required=True, metavar="PLACE", help="ducklake:postgres:…, or file")
    move.add_argument("--store", metavar="DIR", help="its data folder, where that is another")
    commands.add_parser("verify", help="say which kept uploads are damaged or missing")
    methods.add_to(commands, _add_file_form, _add_flag)
    registers.add_to(commands, _add_where)
    for command in commands.choices.values():
        command.add_argument("--json", action="store_true", help="print one JSON document")
    return program


def _add_loading(commands: Any) -> None:
    for name, summary in (
        ("load", "publish files"),
        ("check", "say what publishing them would do"),
    ):
        loader = commands.add_parser(name, help=summary)
        loader.add_argument("files", nargs="+", metavar="FILE")
        loader.add_argument("--kind")
        loader.add_argument("--source")
        for flag in FLAGS:
            _add_flag(loader, flag)
        loader.add_argument("--format", metavar="ID", help="of an export; empty: none we know")
        loader.add_argument(
            HASH, action="append", default=[], metavar="COLUMN", help="keep as a keyed hash"
        )
        loader.add_argument(
            AGENTS,
            choices=(NAMES, PSEUDONYMS, NO),
            help="what a column shows that names people: names, a stable label for each, nothing",
        )
        loader.add_argument("--replace", action="store_true")
        _add_file_form(loader)


def _add_flag(command: argparse.ArgumentParser, flag: str) -> None:
    """Add a flag that says something of a column: `--set COLUMN=VALUE`, any number of times."""
    meaning = FLAGS[flag]
    metavar = f"COLUMN={meaning.value}"
    command.add_argument(flag, action="append", default=[], dest=meaning.part, metavar=metavar)


def _add_file_form(command: argparse.ArgumentParser) -> None:
    command.add_argument("--encoding", metavar="NAME", help="such as cp1252")
    command.add_argument("--delimiter", metavar="SIGN")
    command.add_argument("--header", type=int, metavar="LINE", help="0: the file has none")
    command.add_argument("--table", type=int, metavar="N", help="of several in one file")
    command.add_argument("--sheet", metavar="NAME", help="of a workbook; a number counts from 1")


def _add_kpi(commands: Any) -> None:
    kpi = commands.add_parser("kpi", help="print a KPI")
    export = commands.add_parser("export", help="write a KPI into a file for a spreadsheet")
    for command in (kpi, export):
        command.add_argument("id")
        command.add_argument("--by", action="append", default=[])
        command.add_argument("--from", dest="start", type=values.day)
        command.add_argument("--to", dest="end", type=values.day)
        _add_where(command)
        _add_view(command)
    export.add_argument("--out", required=True, metavar="FILE", help="ends in .csv or .xlsx")


def _add_ranking(commands: Any) -> None:
    ranking = commands.add_parser("ranking", help="rank by a KPI, against the year before")
    ranking.add_argument("id")
    ranking.add_argument("--year", type=values.year, required=True)
    ranking.add_argument("--by", default="brand")
    ranking.add_argument("--publisher")
    _add_where(ranking)
    ranking.add_argument("--min-n", type=int, default=1)
    _add_view(ranking)


def _add_report(commands: Any) -> None:
    report = commands.add_parser("report", help="make the monthly report, a PDF")
    text = "such as 2025-12; without it the last one that is complete"
    report.add_argument("--month", type=values.month, metavar="YYYY-MM", help=text)
    report.add_argument("--language", "--lang", choices=list(LANGUAGES), default="en")
    _add_where(report)
    _add_as_of(report)
    text = "where the app is reached, for the report's link to its data; else as the settings say"
    report.add_argument("--link-base", type=values.web_address, metavar="URL", help=text)
    report.add_argument("--out", required=True, metavar="FILE.pdf")


def _add_mail(commands: Any) -> None:
    mail = commands.add_parser("mail", help="try the mail server, or list who gets mails")
    tasks = mail.add_subparsers(dest="task", required=True)
    test = tasks.add_parser("test", help="send a mail, to see whether mails arrive")
    test.add_argument("address", metavar="ADDRESS")
    tasks.add_parser("list", help="list the mails that people asked for")
    for task in tasks.choices.values():
        task.add_argument("--json", action="store_true", help="print one JSON document")


def _add_where(command: argparse.ArgumentParser) -> None:
    command.add_argument("--where", action="append", default=[], metavar="DIM=VALUE")


def _add_view(command: argparse.ArgumentParser) -> None:
    command.add_argument("--all", action="store_true", help="show figures of under 10 answers too")
    _add_as_of(command)


def _add_as_of(command: argparse.ArgumentParser) -> None:
    text = "as the data were at an earlier version; “uploads” lists them"
    command.add_argument("--as-of", type=int, metavar="VERSION", help=text)


# What they mean


def file_form(arguments: argparse.Namespace) -> FileForm:
    """Return what the arguments say of how a file is written."""
    return FileForm(**{each.name: getattr(arguments, each.name) for each in fields(FileForm)})


def instructions(arguments: argparse.Namespace) -> Instructions:
    """Return what the arguments of `load` and `check` say of a file.

    Raises UsageError for a kind that there is not, and for what is not COLUMN=VALUE.
    """
    kinds = list(all_datasets())
    if arguments.kind and arguments.kind not in kinds:
        raise UsageError(f"There is no kind {arguments.kind}; known: {', '.join(kinds)}.")
    no_answer: dict[str, tuple[str, ...]] = {}
    for given in arguments.no_answer:
        for name, codes in _pairs([given], "--no-answer").items():
            more = tuple(code.strip() for code in codes.split(","))
            no_answer[name] = (*no_answer.get(name, ()), *more)
    of_columns: dict[str, Any] = {
        meaning.part: _pairs(getattr(arguments, meaning.part), flag)
        for flag, meaning in FLAGS.items()
    }
    return Instructions(
        kind=arguments.kind,
        source=arguments.source,
        **of_columns | {"no_answer": no_answer},
        hashed=tuple(arguments.hash),
        agents=arguments.agents,
        format=arguments.format,
        replace=arguments.replace,
        form=file_form(arguments),
    )


def how_written(arguments: argparse.Namespace) -> Instructions:
    """Return what the arguments of a method say of its file: its form, and its dates."""
    dates = _pairs(getattr(arguments, "dates", ()), "--dates")
    return Instructions(dates=dates, form=file_form(arguments))


def where(arguments: argparse.Namespace) -> tuple[tuple[str, tuple[str | None, ...]], ...]:
    """Return the values that are asked for, by dimension; None stands for no value.

    Raises UsageError for what is not DIM=VALUE.
    """
    chosen: dict[str, list[str | None]] = {}
    for text in arguments.where:
        name, value = _pair(text, "--where", "DIM")
        chosen.setdefault(name, []).append(value or None)
    return tuple((name, tuple(values)) for name, values in chosen.items())


def _pairs(given: Iterable[str], flag: str) -> dict[str, str]:
    return dict(_pair(text, flag, "COLUMN") for text in given)


def _pair(text: str, flag: str, what: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"{flag} {text}: write it as {what}=VALUE.")
    return name.strip(), value
