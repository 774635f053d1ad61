"""Every rule of every dataset, one row just inside and one just outside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from service_quality.definitions.datasets import all_datasets, dataset
from tests import bare
from tests.factories import prepared, write_csv

# The upload is at 2026-01-15 12:00. Each case: the cells that differ from a good row, and what
# is wrong with them, `column rule`; nothing when the row is good.
Cases = list[tuple[dict[str, Any], str]]

TICKET = {"ticket_id": "1", "created_at": "2024-03-01 10:00:00"}
TICKETS: Cases = [
    ({}, ""),
    ({"ticket_id": None}, "ticket_id missing"),
    ({"ticket_id": " \u00a0"}, "ticket_id missing"),
    ({"created_at": None}, "created_at missing"),
    ({"created_at": "yesterday"}, "created_at not_a_date"),
    ({"created_at": "2024-02-30"}, "created_at not_a_date"),
    ({"created_at": "2026-01-15 12:00:00"}, ""),
    ({"created_at": "2026-01-15 12:00:01"}, "created_at later_than_upload"),
    ({"created_at": "1980-01-01 00:00:00"}, ""),
    ({"created_at": "1979-12-31 23:59:59"}, "created_at too_early"),
    ({"updated_at": "2026-01-15 12:00:01"}, "updated_at later_than_upload"),
    ({"updated_at": "1979-12-31"}, "updated_at too_early"),
    ({"first_reply_at": "2024-03-01 10:00:00"}, ""),
    ({"first_reply_at": "2024-03-01 09:59:59"}, "first_reply_at replied_before_created"),
    ({"first_reply_at": "2026-01-15 12:00:01"}, "first_reply_at later_than_upload"),
    ({"solved_at": "2024-03-01 10:00:00"}, ""),
    ({"solved_at": "2024-03-01 09:59:59"}, "solved_at solved_before_created"),
    ({"solved_at": "2026-01-15 12:00:01"}, "solved_at later_than_upload"),
    ({"due_at": "2030-01-01"}, ""),  # a target may lie ahead
    ({"due_at": "1979-12-31"}, "due_at too_early"),
    ({"agent_replies": "0"}, ""),
    ({"agent_replies": "-1"}, "agent_replies out_of_range"),
    ({"agent_replies": "1.0"}, ""),
    ({"agent_replies": "1.5"}, "agent_replies not_a_whole_number"),
    ({"reopens": "0"}, ""),
    ({"reopens": "-1"}, "reopens out_of_range"),
    ({"reopens": "twice"}, "reopens not_a_whole_number"),
    ({"status": "anything at all"}, ""),
    ({"reopens": "n/a", "solved_at": "-"}, ""),  # they say that there is nothing
]

EMAIL = {"email_id": "1", "received_at": "2024-03-01 10:00:00"}
EMAILS: Cases = [
    ({}, ""),
    ({"email_id": None}, "email_id missing"),
    ({"received_at": None}, "received_at missing"),
    ({"received_at": "?"}, "received_at missing"),
    ({"received_at": "2026-01-15 12:00:01"}, "received_at later_than_upload"),
    ({"received_at": "1899-12-31"}, "received_at missing"),
    ({"replied_at": "2024-03-01 10:00:00"}, ""),
    ({"replied_at": "2024-03-01 09:59:59"}, "replied_at replied_before_received"),
    ({"replied_at": "2026-01-15 12:00:01"}, "replied_at later_than_upload"),
    ({"acknowledged_at": "2024-03-01 10:00:00"}, ""),
    ({"acknowledged_at": "2024-03-01 09:59:59"}, "acknowledged_at acknowledged_before_received"),
    ({"acknowledged_at": "2026-01-15 12:00:01"}, "acknowledged_at later_than_upload"),
    ({"replied": "Oui"}, ""),
    ({"replied": "perhaps"}, "replied not_yes_or_no"),
    ({"mystery": "0"}, ""),
    ({"mystery": "2"}, "mystery not_yes_or_no"),
    ({"quality_mark": "0"}, ""),
    ({"quality_mark": "-0.1"}, "quality_mark out_of_range"),
    ({"quality_mark": "100"}, ""),
    ({"quality_mark": "100.1"}, "quality_mark out_of_range"),
    ({"quality_mark": "good"}, "quality_mark not_a_number"),
    ({"quality_mark": "1e400"}, "quality_mark not_a_number"),
    ({"welcome_mark": "100"}, ""),
    ({"welcome_mark": "101"}, "welcome_mark out_of_range"),
    ({"welcome_mark": "-1"}, "welcome_mark out_of_range"),
    ({"spelling_errors": "0"}, ""),
    ({"spelling_errors": "-1"}, "spelling_errors out_of_range"),
    ({"spelling_errors": "5.7"}, "spelling_errors not_a_whole_number"),
    ({"spelling_errors": "100000000000"}, ""),
    ({"spelling_errors": "100000000001"}, "spelling_errors too_large"),
]

SURVEY = {"response_id": "1", "answered_at": "2024-03-01 10:00:00", "csat_scale": "1-5"}
SURVEYS: Cases = [
    ({}, ""),
    ({"response_id": None}, "response_id missing"),
    ({"answered_at": None, "invited_at": "2024-03-01"}, ""),
    ({"answered_at": None}, "answered_at no_time"),
    ({"answered_at": "2026-01-15 12:00:01"}, "answered_at later_than_upload"),
    ({"invited_at": "2024-03-01 10:00:00"}, ""),
    ({"invited_at": "2024-03-01 10:00:01"}, "invited_at answered_before_invited"),
    ({"invited_at": "1979-12-31"}, "invited_at too_early"),
    ({"csat": "1"}, ""),
    ({"csat": "0"}, "csat off_the_scale"),
    ({"csat": "5"}, ""),
    ({"csat": "6"}, "csat off_the_scale"),
    ({"csat": "5.5"}, "csat off_the_scale"),
    ({"csat": "6", "csat_scale": "1 to 7"}, ""),
    ({"csat": "0", "csat_scale": "5-1"}, "csat off_the_scale"),
    ({"csat": "5", "csat_scale": "5-1"}, ""),
    ({"csat": "99", "csat_scale": None}, ""),  # no scale, no judgement
    ({"csat": "5", "csat_scale": "good-bad"}, "csat_scale not_a_scale"),
    ({"csat": "happy"}, "csat not_a_number"),
    ({"nps": "0"}, ""),
    ({"nps": "-1"}, "nps off_the_scale"),
    ({"nps": "10"}, ""),
    ({"nps": "11"}, "nps off_the_scale"),
    ({"nps": "6.0"}, ""),
    ({"nps": "6.5"}, "nps not_a_whole_mark"),
    ({"nps": "0", "nps_scale": "1-10"}, "nps off_the_scale"),
    ({"nps": "1", "nps_scale": "1-10"}, ""),
    ({"nps_scale": "ten"}, "nps_scale not_a_scale"),
    ({"nps": "likely"}, "nps not_a_number"),
    ({"ces": "1"}, ""),
    ({"ces": "0"}, "ces off_the_scale"),
    ({"ces": "7"}, ""),
    ({"ces": "8"}, "ces off_the_scale"),
    ({"minimum": "9", "gap_scale": "1-9"}, ""),
    ({"minimum": "10", "gap_scale": "1-9"}, "minimum off_the_scale"),
    ({"desired": "0", "gap_scale": "1-9"}, "desired off_the_scale"),
    ({"expected": "6", "gap_scale": "5-1"}, "expected off_the_scale"),
    ({"perceived": "0", "gap_scale": "1-7"}, "perceived off_the_scale"),
    ({"perceived": "77"}, ""),  # no scale, no judgement
    ({"would_return": "Certainement pas"}, ""),
    ({"would_return": "it depends"}, "would_return not_yes_or_no"),
    ({"recontacted_at": "2024-03-01 10:00:00"}, ""),
    ({"recontacted_at": "2024-03-01 09:59:59"}, "recontacted_at recontacted_before_answered"),
    ({"recontacted_at": "2026-01-15 12:00:01"}, "recontacted_at later_than_upload"),
]

TOTAL = {"month": "2024-03", "kpi": "on_time", "due": "10", "kept": "9"}
TOTALS: Cases = [
    ({}, ""),
    ({"month": None}, "month missing"),
    ({"month": "March"}, "month not_a_date"),
    ({"month": "2026-01"}, ""),
    ({"month": "2026-02"}, "month later_than_upload"),
    ({"month": "1980-01"}, ""),
    ({"month": "1979-12"}, "month too_early"),
    ({"kpi": None}, "kpi missing"),
    ({"kpi": "!?"}, "kpi not_a_name"),
    ({"due": None}, "due missing"),
    ({"kept": None}, "kept missing"),
    ({"due": "ten"}, "due not_a_whole_number"),
    ({"kept": "0.5"}, "kept not_a_whole_number"),
    ({"kept": "10"}, ""),
    ({"kept": "11"}, "kept more_kept_than_due"),
    ({"due": "0", "kept": "0"}, ""),
    ({"due": "8999999999999999"}, "due too_large"),
    ({"due": "-1", "kept": "-2"}, "due out_of_range, kept out_of_range"),
]

PLACE = {"publisher": "P", "year": "2024", "brand": "A", "rank": "1"}
RANKINGS: Cases = [
    ({}, ""),
    ({"publisher": None}, "publisher missing"),
    ({"brand": None}, "brand missing"),
    ({"year": None}, "year missing"),
    ({"year": "1980"}, ""),
    ({"year": "1979"}, "year out_of_range"),
    ({"year": "2100"}, ""),
    ({"year": "2101"}, "year out_of_range"),
    ({"year": "last"}, "year not_a_whole_number"),
    ({"rank": "0", "score": "5"}, "rank out_of_range"),
    ({"rank": "0"}, "rank out_of_range, score missing"),  # nothing is left of its place
    ({"rank": "201-225", "score": "5"}, ""),
    ({"rank": "225-201", "score": "5"}, "rank a_range"),
    ({"rank": "5.5", "score": "5"}, "rank not_a_whole_number"),
    ({"rank": None, "score": "-3.5"}, ""),
    ({"rank": None}, "score no_score_and_no_rank"),
    ({"score": "high"}, "score not_a_number"),
    ({"score": "-1e11"}, ""),
    ({"score": "-1.1e11"}, "score too_large"),
    ({"score": "1e300"}, "score too_large"),
    ({"field_size": "1"}, ""),
    ({"field_size": "0"}, "field_size out_of_range"),
    ({"field_size": "many"}, "field_size not_a_whole_number"),
]

DELIVERY = {"order_id": "1", "promised_at": "2024-03-01"}
DELIVERIES: Cases = [
    ({}, ""),
    ({"order_id": None}, "order_id missing"),
    ({"promised_at": None}, "promised_at missing"),
    ({"promised_at": "2030-01-01"}, ""),  # a promise may lie ahead
    ({"delivered_at": "2024-02-01 10:00:00"}, ""),
    ({"delivered_at": "2026-01-15 12:00:01"}, "delivered_at later_than_upload"),
    ({"correct": "oui", "informed": "non"}, ""),
    ({"correct": "mostly"}, "correct not_yes_or_no"),
]

PROMISE = {
    **{"promise_id": "1", "statement": "We answer.", "kpi": "reply_rate"},
    **{"valid_from": "2024-01-01"},
}
PROMISES: Cases = [
    ({}, ""),
    ({"promise_id": None}, "promise_id missing"),
    ({"statement": None}, "statement missing"),
    ({"kpi": None}, "kpi missing"),
    ({"valid_from": None}, "valid_from missing"),
    ({"valid_from": "2030-01-01"}, ""),
    ({"valid_to": "2024-01-01"}, ""),
    ({"valid_to": "2023-12-31"}, "valid_to ends_before_it_starts"),
    ({"target": "95 %"}, ""),
    ({"target": "0.95"}, ""),
    ({"target": "101"}, "target out_of_range"),
    ({"target": "-1"}, "target out_of_range"),
    ({"kpi": "backlog"}, "kpi unknown_measure"),  # no single row keeps or breaks it
    ({"kpi": "kindness"}, "kpi unknown_measure"),
    ({"kpi": "deliveries.correct"}, ""),
    ({"kpi": "totals.parcel_on_time"}, ""),
    ({"kpi": "reply_time", "within": "4"}, ""),
    ({"kpi": "reply_time"}, "kpi no_hours"),
    ({"kpi": "emails.acknowledged_at"}, "kpi no_hours"),
    ({"kpi": "reply_time", "within": "-1"}, "within out_of_range"),
    ({"kpi": "reply_quality", "at_least": "70"}, ""),
    ({"kpi": "spelling_errors", "at_most": "0"}, ""),
    ({"kpi": "spelling_errors"}, "kpi no_bound"),
    ({"kpi": "spelling_errors", "at_least": "0", "at_most": "1"}, "kpi no_bound"),
    ({"within": "4"}, "kpi bound_out_of_place"),
    ({"at_most": "4"}, "kpi bound_out_of_place"),
]

EVENT = {"date": "2024-03-01", "text": "A new questionnaire"}
EVENTS: Cases = [
    ({}, ""),
    ({"date": None}, "date missing"),
    ({"date": "2030-01-01"}, ""),
    ({"text": None}, "text missing"),
    ({"kind": "Changement de méthode"}, ""),
    ({"kind": "party"}, "kind unknown_kind"),
    ({"dataset": "surveys", "kpi": "csat"}, ""),
    ({"dataset": "parties"}, "dataset unknown_dataset"),
]

ENTITY = {"dimension": "team", "value": "Nord"}
ENTITIES: Cases = [
    ({"label": "The North"}, ""),
    ({"dimension": None}, "dimension missing"),
    ({"dimension": "Équipe"}, ""),
    ({"dimension": "planet"}, "dimension unknown_dimension"),
    ({"value": None}, "value missing"),
    ({"same_as": "NORD"}, ""),
    ({"same_as": "Nord"}, "same_as same_as_itself"),
    ({"dimension": "Mesure", "value": "calls_answered", "label": "Answered"}, ""),
    ({"dimension": "kpi", "value": "reply_rate"}, "value measure_of_ours"),
    ({"dimension": "KPI", "in_group": "phone"}, "in_group in_no_group"),
    ({"dimension": "measure", "same_as": "calls"}, "same_as no_other_spelling"),
    ({"dimension": "système", "same_as": "glpi"}, "same_as no_other_spelling"),
]

ALL: dict[str, tuple[dict[str, str], Cases]] = {
    "tickets": (TICKET, TICKETS),
    "emails": (EMAIL, EMAILS),
    "surveys": (SURVEY, SURVEYS),
    "totals": (TOTAL, TOTALS),
    "rankings": (PLACE, RANKINGS),
    "deliveries": (DELIVERY, DELIVERIES),
    "promises": (PROMISE, PROMISES),
    "events": (EVENT, EVENTS),
    "entities": (ENTITY, ENTITIES),
}


# A fault in these sets its row aside; in any other column it costs the cell alone. A register's
# row, and an answer that its scale does not have, are of no use without it. A kind that is not
# listed sets aside what lacks a needed column.
NEEDED = {
    "emails": ("email_id", "received_at"),
    "surveys": ("response_id", "answered_at", "off_the_scale", "not_a_whole_mark"),
    "totals": ("month", "kpi", "due", "kept"),
    "rankings": ("publisher", "brand", "year", "no_score_and_no_rank", "score missing"),
    "deliveries": ("order_id", "promised_at"),
    "promises": tuple(dataset("promises").by_name),
    "events": tuple(dataset("events").by_name),
    "entities": tuple(dataset("entities").by_name),
}


@pytest.mark.parametrize("kind", ALL)
def test_each_rule_sets_aside_what_breaks_it_and_nothing_else(tmp_path: Path, kind: str) -> None:
    good, cases = ALL[kind]
    columns = dict.fromkeys([*good, *(name for cells, _faults in cases for name in cells)])
    rows = [{**dict.fromkeys(columns), **good, **cells} for cells, _faults in cases]
    path = write_csv(tmp_path / "export.csv", rows)
    with bare.memory(tmp_path).cursor() as cursor:
        report = prepared(cursor, path, kind, list(columns))
        found = cursor.execute(
            "select record, string_agg(column_name || ' ' || rule, ', ' order by column_name)"
            " from (from faults union all from emptied) group by record"
        ).fetchall()
        aside = cursor.execute("select distinct record from faults").fetchall()
    expected = {n: said for n, (_cells, said) in enumerate(cases, start=1) if said}
    assert dict(found) == expected
    told = NEEDED.get(kind) or tuple(c.name for c in dataset(kind).columns if c.needed)
    needed = {n for n, said in expected.items() if any(name in said for name in told)}
    assert {record for (record,) in aside} == needed
    assert (report.rejected, report.accepted) == (len(needed), len(cases) - len(needed))


@pytest.mark.parametrize("kind", all_datasets())
def test_no_rule_and_no_bound_goes_untested(kind: str) -> None:
    of = dataset(kind)
    said = {fault for _cells, faults in ALL[kind][1] for fault in faults.split(", ") if fault}
    must = {f"{rule.column} {rule.name}" for rule in of.rules}
    for column in of.columns:
        bounded = column.low is not None or column.high is not None
        must |= {f"{column.name} out_of_range"} if bounded else set()
        must |= {f"{column.name} missing"} if column.needed else set()
        must |= {f"{column.name} later_than_upload"} if column.event else set()
    assert must - said == set()
