"""What each command does, with its arguments, in the place where it runs."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeAlias

from service_quality.base import file_name, language
from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.errors import RefusedError, UsageError
from service_quality.base.filters import Filters
from service_quality.base.settings import as_folder
from service_quality.cli import parser, printing
from service_quality.cli.run import DONE, REFUSED, Run
from service_quality.definitions.kpis import Kpi
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.measures import rollup
from service_quality.measures.answers import Answers
from service_quality.warehouse import places
from service_quality.warehouse.engine import Row

if TYPE_CHECKING:
    from service_quality.uploads.outcome import Outcome

# No rate of its own promise: each failed contact is shared out over all that it broke.
WEAKEST_LINK = "weakest_link"
# What a person reads of a ranking; the rest of its columns are in the JSON.
PLACES = (
    *("rank", "prior_rank", "places_lost", "entity", "score", "prior_score", "n", "prior_n"),
    *("rank_band", "rank_low", "rank_high", "chance_of_fall"),
)


# Files in and out


def load(arguments: argparse.Namespace, run: Run) -> int:
    """Publish files, or `check` what that would do."""
    from service_quality.uploads import publish

    instructions = parser.instructions(arguments)
    dry_run = arguments.name == "check"
    outcomes = []
    # A check of a first file makes no warehouse.
    nothing_yet = dry_run and not places.of(run.folder).exists()
    with run.hold(None if nothing_yet else run.settings) as warehouse:
        for file in arguments.files:
            outcome = publish.load(
                warehouse,
                run.settings,
                run.here / file,
                instructions,
                run.moment(),
                name=file_name.readable(Path(file).name),
                dry_run=dry_run,
            )
            outcomes.append(replace(outcome, file=file_name.readable(file)))
            printing.tell(outcome, run.err)
    return _outcomes(arguments, run, outcomes)


def inbox(arguments: argparse.Namespace, run: Run) -> int:
    """Load what lies in the inbox."""
    from service_quality.uploads import inbox, publish

    with run.hold(run.settings) as warehouse:

        def load(path: Path) -> Outcome:
            outcome = publish.load(warehouse, run.settings, path, Instructions(), run.moment())
            printing.tell(outcome, run.err)
            return outcome

        with warehouse.on_duty("inbox") as ours:
            outcomes = inbox.take(run.folder, load) if ours else []
    return _outcomes(arguments, run, outcomes)


def _outcomes(arguments: argparse.Namespace, run: Run, outcomes: Sequence[Outcome]) -> int:
    if arguments.json:
        printing.as_json(run.out, [outcome.as_dict() for outcome in outcomes])
    else:
        printing.outcomes(run.out, outcomes)
    return REFUSED if any(outcome.status == "refused" for outcome in outcomes) else DONE


def withdraw(arguments: argparse.Namespace, run: Run) -> int:
    """Take an upload back, or `put-back` one that was."""
    from service_quality.uploads import withdraw

    turn = withdraw.withdraw if arguments.name == "withdraw" else withdraw.put_back
    with run.hold(run.settings) as warehouse:
        upload = turn(warehouse, run.settings, arguments.upload, run.moment())
    return _print(arguments, run, upload, [upload])


def rebuild(arguments: argparse.Namespace, run: Run) -> int:
    """Make the warehouse anew from the uploads that are stored."""
    from service_quality.uploads import withdraw

    with run.hold(run.settings) as warehouse:
        uploads = withdraw.rebuild(warehouse, run.settings)
        done = {"uploads": uploads, "version": warehouse.version()}
    return _print(arguments, run, done, [done])


def move(arguments: argparse.Namespace, run: Run) -> int:
    """Carry the warehouse to another place."""
    from service_quality.uploads import moving

    home = run.here / as_folder(arguments.store) if arguments.store else run.folder
    to = places.named(arguments.to, home)
    with run.hold(run.settings) as warehouse:
        done = moving.move(warehouse, run.settings, to)
    return _print(arguments, run, done, [done])


def pack(arguments: argparse.Namespace, run: Run) -> int:
    """Make few files of a lake's many."""
    with run.hold(run.settings) as warehouse:
        done = warehouse.pack()
    return _print(arguments, run, done, [done])


def verify(arguments: argparse.Namespace, run: Run) -> int:
    """Say of every stored upload whether it is whole."""
    from service_quality.uploads import damage

    with run.hold() as warehouse:
        lines = damage.report(warehouse)
    _print(arguments, run, lines, lines)
    found = [line for line in lines if line["status"] != damage.OK]
    for line in found:
        print(f"service-quality: {line['reason']}", file=run.err)
    return REFUSED if found else DONE


def show(arguments: argparse.Namespace, run: Run) -> int:
    """Print files as they are read; the warehouse is not opened."""
    from service_quality.cli.show import show

    form = parser.file_form(arguments)
    status = DONE
    for file in arguments.files:
        try:
            if arguments.out:
                with _written(Path(file), Path(arguments.out)) as out:
                    decided = show(Path(file), out, form)
            else:
                decided = show(Path(file), run.out, form)
            print(f"{file_name.readable(file)}: {' '.join(decided)}", file=run.err)
        except RefusedError as error:
            print(f"service-quality: {error}", file=run.err)
            status = REFUSED
    return status


@contextmanager
def _written(file: Path, folder: Path) -> Iterator[TextIO]:
    """Open the file of the same name in `folder` to write it; never the one that is shown."""
    target = folder / file.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if file.exists() and target.exists() and target.samefile(file):
            raise UsageError(f"--out {folder}: {file.name} would be written over; name another.")
        with target.open("w", encoding="utf-8", newline="") as out:
            yield out
    except OSError as error:
        text = f"{file_name.readable(target)} cannot be written ({error.strerror})."
        raise UsageError(text) from error


# Questions


def kpi(arguments: argparse.Namespace, run: Run) -> int:
    """Print a KPI."""
    document, rows = _figures(arguments, run, named=not arguments.json)
    return _print(arguments, run, document, rows)


def export(arguments: argparse.Namespace, run: Run) -> int:
    """Write what `kpi` prints as JSON into a file for a spreadsheet."""
    from service_quality.cli import exporting

    target = _target(arguments, run)
    made = exporting.form_of(target)
    _document, rows = _figures(arguments, run, named=False)
    columns = list(rows[0]) if rows else [*arguments.by, "value"]
    _replace(target, made([columns, *([row[name] for name in columns] for row in rows)]))
    done = {"file": arguments.out, "kpi": arguments.id, "rows": len(rows)}
    return _print(arguments, run, done, [done])


def _figures(
    arguments: argparse.Namespace, run: Run, *, named: bool
) -> tuple[dict[str, Any], Sequence[Row]]:
    """Return the document of a KPI, and its rows; `named` with the names that people know."""
    filters = Filters(arguments.start, arguments.end, parser.where(arguments))
    if arguments.id == WEAKEST_LINK:
        by = [key for key in arguments.by if key != "promise"]
        with run.answers(arguments.as_of) as answers:
            filters = answers.within_groups(filters)
            rows = answers.weakest_links(by, filters)
        head = {"kpi": WEAKEST_LINK, "unit": "share of contacts", "measure": "share"}
        return {**head, "rows": rows}, rows
    with run.answers(arguments.as_of) as answers:
        found, filters = answers.find(arguments.id), answers.within_groups(filters)
        # Sums of other settings or definitions are none of what is asked for.
        stale = not rollup.is_current(answers.warehouse, run.settings)
        rows = answers.kpi(found.id, arguments.by, filters, rows=stale, reveal=arguments.all)
        awaited = answers.awaited(found.id, filters, rows=stale)
        if named:
            _say_not_counted(run, found, answers.not_counted(found.id, filters))
            rows = _by_name(answers, rows, {key: key for key in arguments.by})
    for row in rows:
        row.pop("within", None)
    head = {"kpi": found.id, "unit": found.unit, "measure": found.measure}
    return {**head, "awaited": awaited, "rows": rows}, rows


def _by_name(answers: Answers, rows: Sequence[Row], columns: Mapping[str, str]) -> list[Row]:
    """Return rows with the names that people know: `columns` are of these dimensions."""
    from service_quality.findings import names  # JSON has the values themselves
    from service_quality.findings.asking import asking

    named = {column: of for column, of in columns.items() if of in DIMENSIONS}
    with asking(answers):
        return [
            {**row, **{c: row[c] and names.shown(row[c], of) for c, of in named.items()}}
            for row in rows
        ]


def _measures_by_name(answers: Answers, rows: Sequence[Row]) -> list[Row]:
    """Return rows of a register with the measures that they are about as people know them."""
    from service_quality.findings import names
    from service_quality.findings.asking import asking

    with asking(answers):
        return [
            {**row, "kpi": names.measure(row["kpi"]) or row["kpi"]} if row.get("kpi") else row
            for row in rows
        ]


def _say_not_counted(run: Run, kpi: Kpi, found: Row) -> None:
    from service_quality.findings import comparisons  # JSON needs no words

    if sentence := comparisons.not_counted(kpi, found):
        print(f"{kpi.id}: {sentence}", file=run.err)


def ranking(arguments: argparse.Namespace, run: Run) -> int:
    """Print a ranking."""
    with run.answers(arguments.as_of) as answers:
        ranking = answers.ranking(
            arguments.id,
            arguments.year,
            arguments.by,
            answers.within_groups(Filters(where=parser.where(arguments))),
            arguments.min_n,
            arguments.publisher,
            rows=True,
            reveal=arguments.all,
        )
        document, by = asdict(ranking), arguments.by
        if not arguments.json:
            rows = _by_name(answers, ranking.rows, {"entity": by})
            entered, left = (
                [row[by] for row in _by_name(answers, [{by: each} for each in of], {by: by})]
                for of in (ranking.entered, ranking.left)
            )
    for name in ("period", "prior_period"):
        first, last = document[name]
        document[name] = {"from": first, "to": last}
    if arguments.json:
        printing.as_json(run.out, document)
    else:
        printing.table(run.out, rows, PLACES)
        print(f"entered: {', '.join(entered)}", file=run.out)
        print(f"left: {', '.join(left)}", file=run.out)
    return DONE


def report(arguments: argparse.Namespace, run: Run) -> int:
    """Make the report of a month, a PDF."""
    from service_quality.findings.asking import asking
    from service_quality.findings.paper import content, typeset
    from service_quality.uploads import as_of

    target = _target(arguments, run)
    where = content.narrowed(parser.where(arguments))
    with (
        language.using(arguments.language),
        run.summed(arguments.as_of) as answers,
        asking(answers),
    ):
        filters = content.of_month(arguments.month, where)
        version = arguments.as_of or answers.warehouse.version()
        issue = content.Issue(
            run.moment().at.date(),
            arguments.link_base or run.settings.app_address or "",
            as_of.pin(version, run.settings),
        )
        made = content.report(filters, issue)
        pdf = typeset.pdf(made.content)
    _replace(target, pdf)
    done = {"file": arguments.out, "month": made.month, "finding": made.sentence}
    return _print(arguments, run, done, [done])


def _target(arguments: argparse.Namespace, run: Run) -> Path:
    """Return the file that a command is to write; UsageError where there can be none."""
    target: Path = run.here / arguments.out
    if not target.parent.is_dir():
        raise UsageError(f"--out {arguments.out}: there is no folder {target.parent}.")
    if target.is_dir():
        raise UsageError(f"--out {arguments.out} is a folder: name a file in it.")
    return target


def _replace(target: Path, content: bytes) -> None:
    """Write a file as a whole, or leave it as it was."""
    new = target.with_name(f".{target.name}.new")
    try:
        new.write_bytes(content)
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)


def mail(arguments: argparse.Namespace, run: Run) -> int:
    """Send a mail to try the server, or list who gets mails; the warehouse is not opened."""
    from service_quality.cli import mailing

    do = {"test": mailing.test, "list": mailing.listed}[arguments.task]
    rows = do(arguments, run)
    return _print(arguments, run, rows, rows)


def register(arguments: argparse.Namespace, run: Run) -> int:
    """List a register's rows, or write some as the pages' forms do."""
    from service_quality.cli import registers

    if arguments.action == "list":
        with run.answers() as answers:
            rows = document = registers.listed(answers, arguments.name)
            if not arguments.json:
                rows = _measures_by_name(answers, rows)
        return _print(arguments, run, document, rows)
    from service_quality.uploads import written

    where = registers.bound(parser.where(arguments) if hasattr(arguments, "where") else ())
    with run.hold(run.settings) as warehouse:
        rows = registers.rows(arguments, Answers(warehouse, run.settings), where)
        kind, about = registers.KINDS[arguments.name], registers.about(rows[0])
        outcome = written.write(warehouse, run.settings, kind, rows, run.moment(), about)
    return _outcomes(arguments, run, [outcome])


def uploads(arguments: argparse.Namespace, run: Run) -> int:
    """List the uploads, oldest first."""
    with run.answers() as answers:
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
    return _print(arguments, run, rows, rows)


def method(arguments: argparse.Namespace, run: Run) -> int:
    """Answer from a file alone; the warehouse is not opened."""
    instructions = parser.how_written(arguments)
    document, rows, lines = arguments.method(arguments, instructions, run.settings)
    _print(arguments, run, document, rows)
    if not arguments.json:
        print("\n".join(lines), file=run.out)
    return DONE


def _print(
    arguments: argparse.Namespace, run: Run, document: object, rows: Sequence[Mapping[str, Any]]
) -> int:
    """Print the whole document as JSON, or its rows as a table."""
    if arguments.json:
        printing.as_json(run.out, document)
    else:
        printing.table(run.out, rows)
    return DONE


Command: TypeAlias = Callable[[argparse.Namespace, Run], int]
BY_NAME: dict[str, Command] = {
    **dict.fromkeys(("load", "check"), load),
    **dict.fromkeys(("withdraw", "put-back"), withdraw),
    **dict.fromkeys(("spc", "waits", "mix"), method),
    **dict.fromkeys(("promise", "event", "entity"), register),
    "export": export,
    "inbox": inbox,
    "kpi": kpi,
    "mail": mail,
    "move": move,
    "ranking": ranking,
    "pack": pack,
    "rebuild": rebuild,
    "report": report,
    "show": show,
    "uploads": uploads,
    "verify": verify,
}
