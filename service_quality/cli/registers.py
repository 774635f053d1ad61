"""The registers on the command line: promises, events and names, as the pages' forms write them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.errors import UsageError
from service_quality.cli import values
from service_quality.definitions.datasets.entities import MEASURE, NAMED, NAMED_ALONE
from service_quality.measures.names import measure_id

if TYPE_CHECKING:
    from service_quality.measures.answers import Answers

Row = dict[str, Any]
KINDS = {"promise": "promises", "event": "events", "entity": "entities"}


def add_to(commands: Any, add_where: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add the three commands, each with what can be done to its register."""
    promise = _register(commands, "promise", "what is promised: list, add, end")
    add = promise.add_parser("add", help="promise something from a day on")
    add.add_argument("text", metavar="STATEMENT", help="in the customer's words")
    add.add_argument("--french", metavar="STATEMENT")
    add.add_argument("--kpi", required=True, help="what tells whether it was kept")
    for name in ("--within", "--at-least", "--at-most", "--target"):
        add.add_argument(name, type=float)
    add.add_argument("--from", dest="start", type=values.day, required=True)
    add_where(add)
    end = promise.add_parser("end", help="promise it no longer")
    end.add_argument("id")
    end.add_argument("--on", type=values.day, required=True, help="its last day")
    event = _register(commands, "event", "what happened: list, add")
    add = event.add_parser("add", help="say what happened on a day")
    add.add_argument("text")
    add.add_argument("--on", type=values.day, required=True)
    add.add_argument("--method-change", action="store_true", help="months before it stand apart")
    add.add_argument("--kpi")
    add.add_argument("--dataset")
    add_where(add)
    entity = _register(commands, "entity", "how values are named: list, set")
    name = entity.add_parser("set", help="name, group or merge a value; name a measure: kpi=ID")
    name.add_argument("value", metavar="DIM=VALUE")
    for flag in ("--label", "--label-fr", "--group", "--same-as"):
        name.add_argument(flag)
    for of in (promise, event, entity):
        for action in of.choices.values():
            action.add_argument("--json", action="store_true", help="print one JSON document")


def _register(commands: Any, name: str, summary: str) -> Any:
    actions = commands.add_parser(name, help=summary).add_subparsers(dest="action", required=True)
    actions.add_parser("list", help="print the register")
    return actions


def listed(answers: Answers, name: str) -> list[Row]:
    """Return a register's rows: every version of every promise, every event, every name."""
    if name == "promise":
        return [version for row in answers.promises() for version in row["versions"]]
    return answers.remarks() if name == "event" else answers.names()


def rows(arguments: argparse.Namespace, answers: Answers, where: Mapping[str, Any]) -> list[Row]:
    """Return the rows that a command writes; UsageError where it names what there is not."""
    if arguments.name == "promise":
        return _promised(arguments, answers, where)
    if arguments.name == "event":
        kind = "method_change" if arguments.method_change else "note"
        about = {"kpi": arguments.kpi, "dataset": arguments.dataset, **where}
        return [{"date": arguments.on, "text": arguments.text, "kind": kind, **about}]
    dimension, equals, value = arguments.value.partition("=")
    if not equals or dimension not in NAMED:
        text = f"{arguments.value}: write it as DIM=VALUE, DIM one of {', '.join(NAMED)}."
        raise UsageError(text)
    if dimension in NAMED_ALONE and (arguments.group or arguments.same_as):
        text = "--group and --same-as: measures and sources have no groups and no other spellings."
        raise UsageError(text)
    value = measure_id(value) if dimension == MEASURE else value
    was = (row for row in answers.names() if (row["dimension"], row["value"]) == (dimension, value))
    given = {"label": arguments.label, "label_fr": arguments.label_fr}
    given |= {"in_group": arguments.group, "same_as": arguments.same_as}
    said = {name: cell or None for name, cell in given.items() if cell is not None}
    return [{**next(was, {}), "dimension": dimension, "value": value, **said}]


def about(row: Row) -> str:
    """Return what lists call the upload of a row."""
    return str(row.get("statement") or row.get("text") or row["value"])


def bound(where: Sequence[tuple[str, Sequence[str | None]]]) -> Row:
    """Return whom a row is about, one value a dimension."""
    for name, chosen in where:
        if name not in DIMENSIONS or len(chosen) != 1:
            raise UsageError(f"--where: give one value for each of {', '.join(DIMENSIONS)}.")
    return {name: chosen[0] for name, chosen in where}


def _promised(
    arguments: argparse.Namespace, answers: Answers, where: Mapping[str, Any]
) -> list[Row]:
    from service_quality.uploads import promising

    found = answers.promises()
    if arguments.action == "end":
        ended: Sequence[Any] = [
            version for version in promising.current(found) if version["promise"] == arguments.id
        ]
        if not ended:
            known = ", ".join(row["promise"] for row in found)
            raise UsageError(f"There is no promise {arguments.id}; known: {known}.")
        return [row for version in ended for row in promising.ended(version, arguments.on)]
    words = {"statement": arguments.text, "statement_fr": arguments.french, "kpi": arguments.kpi}
    limits = {name: getattr(arguments, name) for name in ("within", "at_least", "at_most")}
    target = {"target": arguments.target, "valid_from": arguments.start}
    name = promising.new_id(arguments.text, {row["promise"] for row in found})
    return [{"promise_id": name, **words, **limits, **target, **where}]
