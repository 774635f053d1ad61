"""What the datasets declare holds together: keys, times, headers, and how rows remember columns."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from service_quality.base.dimensions import DIMENSIONS
from service_quality.definitions.datasets import Dataset, all_datasets, dataset
from service_quality.ingest.recognise.recognition import accepted_names, normal
from tests import bare

KINDS = all_datasets()


def test_kinds_come_in_the_order_in_which_a_person_is_asked() -> None:
    orders = [of.order for of in KINDS.values()]
    assert orders == sorted(set(orders))
    assert next(iter(KINDS)) == "tickets"
    # What says something about the others comes behind them.
    registers = [of.register for of in KINDS.values()]
    assert registers == sorted(registers)
    assert [kind for kind, of in KINDS.items() if of.register] == ["promises", "events", "entities"]
    with pytest.raises(KeyError):
        dataset("complaints")


@pytest.mark.parametrize("of", KINDS.values(), ids=KINDS)
def test_names_that_it_mentions_are_its_columns(of: Dataset) -> None:
    columns = set(of.by_name)
    said = {*of.key, *of.moment, *of.steady, *of.identity} - {"source"}
    said |= {name for group in of.either for name in group}
    said |= {name for name, _value in of.defaults}
    said |= {name for rule in of.rules for name in (rule.column, *rule.uses)}
    said |= {name for name in (of.id_column, of.newest_by) if name}
    assert said <= columns
    # A name has a dimension, it does not lie in one.
    assert set(DIMENSIONS) <= columns or of.kind == "entities"


@pytest.mark.parametrize("of", KINDS.values(), ids=KINDS)
def test_what_it_needs_to_tell_rows_apart_is_stored(of: Dataset) -> None:
    kept = {column.name for column in of.stored}
    assert {*of.key, *of.moment, *of.steady} - {"source"} <= kept
    # It ties rows of several files to one contact; what is no contact has no use for it.
    assert ("contact_id" in kept) == (of.kind in ("tickets", "emails", "surveys", "deliveries"))


@pytest.mark.parametrize("of", KINDS.values(), ids=KINDS)
def test_a_row_of_a_needed_column_or_its_alternatives_has_a_moment(of: Dataset) -> None:
    needed = {column.name for column in of.columns if column.needed}
    groups = [{name} for name in needed] + [set(group) for group in of.either]
    assert any(group <= set(of.moment) for group in groups) or of.kind == "entities"


@pytest.mark.parametrize("of", KINDS.values(), ids=KINDS)
def test_no_two_columns_claim_one_header(of: Dataset) -> None:
    claims = Counter(
        name for c in of.columns for name in {normal(header) for header in accepted_names(c)}
    )
    # A category is the ranking's own; a topic answers to the word in the other files.
    # Whether a column `Replied` says when or whether, its values tell.
    shared = {"rankings": {"category", "categorie"}, "emails": {"replied", "answered", "repondu"}}
    assert {name for name, count in claims.items() if count > 1} <= shared.get(of.kind, set())


@pytest.mark.parametrize("of", KINDS.values(), ids=KINDS)
def test_events_are_times_and_targets_are_none(of: Dataset) -> None:
    assert {of.column(name).kind for name in of.events} <= {"time"}
    assert not {"due_at", "invited_at"} & set(of.events)


def test_the_mask_gives_each_column_a_bit_of_its_own(tmp_path: Path) -> None:
    warehouse, of = bare.memory(tmp_path), dataset("tickets")
    bits = [bare.mask(warehouse, "tickets", [column.name]) for column in of.columns]
    assert len(set(bits)) == len(bits)
    assert sum(bits) == bare.mask(warehouse, "tickets") == 2 ** len(bits) - 1
    assert of.mask(["team", "team", "no such column"]) == of.mask(["team"])
    assert bare.mask(warehouse, "tickets", []) == 0
