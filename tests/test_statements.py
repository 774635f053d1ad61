"""Statements that are composed, whole: what a KPI, sums, a fold and a staging ask of DuckDB."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from service_quality.base.settings import Settings
from service_quality.definitions import kpis
from service_quality.definitions.datasets import dataset
from service_quality.ingest.prepare import prepare
from service_quality.measures import sums
from service_quality.measures.compose import compose
from service_quality.uploads import fold
from service_quality.warehouse.connection import Warehouse
from tests import bare
from tests.factories import NOW, words_for

KPI = """
with stored as not materialized (
 select t.*, o.observed_until as observed_until,
 o.observed_until_instant as observed_until_instant
 from named.deliveries as t
 left join (
 select source, observed_until,
 epoch_us(timezone($timezone, observed_until)) as observed_until_instant
 from main.observation where kind = $kind
 ) as o on t.source = o.source
 where ((t.mapped & (deliveries_bit('promised_at'))) <> 0
 and (t.notes is null or ((t.mapped & (deliveries_bit('promised_at'))) <> 0
 and not coalesce(contains(t.notes, ' promised_at:unknown '), false))))
 and ((t.mapped & (deliveries_bit('correct'))) <> 0
 and (t.notes is null or ((t.mapped & (deliveries_bit('correct'))) <> 0
 and not coalesce(contains(t.notes, ' correct:unknown '), false)))) ),
deliveries as not materialized (
 select *,
 case when promised_at = date_trunc('day', promised_at)
 then promised_at + interval 1 day - interval 1 microsecond
 else promised_at end as promised_until
 from stored ),
kpi_rows as not materialized (
 select * from (
 select promised_at as at, source, brand, team, channel, topic, correct as value
 from deliveries) ),
facts as not materialized (
 select * exclude ("at", value), cast("at" as date) as day,
 cast(value is not null as integer) as n,
 cast(coalesce(value, false) as integer) as numerator
 from kpi_rows )
select sum(n) as n from facts
"""

# Of two KPIs, in a few months, and of a stock, whose rows have two times.
SUMS = """
with stored as not materialized (
 select t.*, o.observed_until as observed_until,
 o.observed_until_instant as observed_until_instant,
 ((t.mapped & (deliveries_bit('promised_at'))) <> 0
 and (t.notes is null or ((t.mapped & (deliveries_bit('promised_at'))) <> 0
 and not coalesce(contains(t.notes, ' promised_at:unknown '), false))))
 and ((t.mapped & (deliveries_bit('delivered_at'))) <> 0
 and (t.notes is null or ((t.mapped & (deliveries_bit('delivered_at'))) <> 0
 and not coalesce(contains(t.notes, ' delivered_at:unknown '), false))))
 as "has promised_at, delivered_at",
 ((t.mapped & (deliveries_bit('promised_at'))) <> 0
 and (t.notes is null or ((t.mapped & (deliveries_bit('promised_at'))) <> 0
 and not coalesce(contains(t.notes, ' promised_at:unknown '), false))))
 and ((t.mapped & (deliveries_bit('correct'))) <> 0
 and (t.notes is null or ((t.mapped & (deliveries_bit('correct'))) <> 0
 and not coalesce(contains(t.notes, ' correct:unknown '), false))))
 as "has promised_at, correct"
 from named.deliveries as t
 left join (
 select source, observed_until,
 epoch_us(timezone($timezone, observed_until)) as observed_until_instant
 from main.observation where kind = $kind
 ) as o on t.source = o.source ),
deliveries as not materialized (
 select *,
 case when promised_at = date_trunc('day', promised_at)
 then promised_at + interval 1 day - interval 1 microsecond
 else promised_at end as promised_until
 from stored ),
kpi_rows as not materialized (
 select source, brand, team, channel, topic, promised_at as at_0,
 case when "has promised_at, delivered_at" then
 case when promised_until <= observed_until
 then coalesce(delivered_at <= promised_until, false) end
 end as "delivered_in_time.value",
 case when "has promised_at, correct" then correct end as "delivered_correct.value"
 from deliveries where "has promised_at, delivered_at" or "has promised_at, correct" )
select date_trunc('month', at_0)::date as day, source, brand, team, channel, topic,
 cast(count(case when "delivered_in_time.value" is not null then 1 end) as integer)
 as "delivered_in_time.n",
 cast(count(case when coalesce("delivered_in_time.value", false) then 1 end) as integer)
 as "delivered_in_time.numerator",
 cast(count(case when "delivered_correct.value" is not null then 1 end) as integer)
 as "delivered_correct.n",
 cast(count(case when coalesce("delivered_correct.value", false) then 1 end) as integer)
 as "delivered_correct.numerator"
 from kpi_rows
 where at_0 >= $first and at_0 < $last + interval 1 month
 and date_trunc('month', at_0)::date in (select unnest($months::date[]))
 group by all
"""

STOCK = """
select coalesce(one.day, other.day) as day, coalesce(one.source, other.source) as source,
 coalesce("backlog.entered", 0) as "backlog.entered", coalesce("backlog.gone", 0) as "backlog.gone"
 from (
 select date_trunc('month', at_0)::date as day, source,
 cast(count(case when "backlog.entered_at" is not null then 1 end) as integer) as "backlog.entered"
 from kpi_rows group by all ) as one
 full join (
 select date_trunc('month', at_1)::date as day, source,
 cast(count(case when "backlog.left_at" is not null then 1 end) as integer) as "backlog.gone"
 from kpi_rows where ("backlog.left_at" is not null) group by all ) as other
 on one.day is not distinct from other.day and one.source is not distinct from other.source
"""

FOLD = """
update main.deliveries as t set
 order_id = i.order_id, correct = i.correct, source = $source, upload_id = $upload_id,
 mapped = t.mapped
 | (deliveries_bit('correct') | deliveries_bit('order_id')),
 notes = case when coalesce(t.notes, i.notes) is not null then
 nullif(' ' || array_to_string(list_sort(list_distinct(
 list_filter(coalesce(string_split(trim(t.notes), ' '), []),
 lambda note: not list_contains(['order_id', 'correct'], split_part(note, ':', 1)))
 || coalesce(string_split(trim(i.notes), ' '), []))), ' ') || ' ', '  ') end
from (
 select incoming.*, changes.stored_row, changes.fate from incoming
 inner join changes on incoming.record = changes.record
) as i where t.rowid = i.stored_row and i.fate = 'updated'
insert into main.deliveries (source, order_id, correct, upload_id, mapped, notes)
 select $source, i.order_id, i.correct, $upload_id,
 (deliveries_bit('correct') | deliveries_bit('order_id')), i.notes
 from incoming as i
 semi join (from changes where fate = 'inserted') as c on i.record = c.record
"""

# Of the last first: cells of the file, cells as text, the text of the few plain cells that leave a
# question, values, and what could not be read of them.
STAGE = r"""
create temp table staged as select
 v0 as order_id,
 case when v1 between timestamp '1980-01-01' and timestamp '9999-12-31 23:59:59' then v1
 when (v1 is null
 or v1 not between timestamp '0100-01-01' and timestamp '9999-12-31 23:59:59') then null
 when not is_placeholder(t1_0) then v1 end as promised_at,
 v2 as correct,
 case when
 case when v1 between timestamp '1980-01-01' and timestamp '9999-12-31 23:59:59' then false
 else ((v1 is null
 or v1 not between timestamp '0100-01-01' and timestamp '9999-12-31 23:59:59')
 or (v1 < timestamp '1980-01-01' and is_placeholder(t1_0)))
 and t1_0 is not null end
 or case when v2 is not null then false else v2 is null and t2_0 is not null end
 then struct_pack(
 promised_at := case when ((v1 is null
 or v1 not between timestamp '0100-01-01' and timestamp '9999-12-31 23:59:59')
 or (v1 < timestamp '1980-01-01' and is_placeholder(t1_0))) then t1_0 end,
 correct := case when v2 is null then t2_0 end) end as unread,
 nullif(overflow, '') as overflow,
 test,
 case when v1 = date_trunc('day', v1) then nullif(' ' || concat_ws(' ',
 case when v1 = date_trunc('day', v1) and not regexp_matches(
 t1_0, '\d\s*[:hH]|\d\s*[apAP]\.?\s?[mM]\b|\dT\d|\d{9}')
 then 'promised_at:day' end) || ' ', '  ') end as notes
from (
 select *, t0_0 as v0,
 case when p1 is not null then p1
 when t1_0 is not null then read_iso(t1_0, $zone) end as v1,
 read_yes_no(t2_0) as v2
 from (
 select *,
 case when p1 is null
 or not p1 between timestamp '1980-01-01' and timestamp '9999-12-31 23:59:59'
 or p1 = date_trunc('day', p1) then read_text(c1) end as t1_0
 from (
 select read_text(c0) as t0_0, read_text(c2) as t2_0, c0, c1, c2,
 read_plain_time(c1) as p1, null as overflow, null as test
 from (
 select * from read_csv($path, delim = $delimiter, quote = $quote, escape = $escape,
 header = false, skip = $skip, columns = $columns, auto_detect = false)
 where coalesce(nullif(c0, chr(65279)), c1, c2) is not null))))
"""


class Recorder:
    """A cursor that remembers what it was asked to run."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self.statements: list[str] = []

    def execute(self, sql: str, parameters: Any = None) -> Any:
        self.statements.append(sql)
        return self._cursor.execute(sql, parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def one(self, start: str) -> str:
        (found,) = (sql for sql in self.statements if sql.startswith(start))
        return plain(found)


def plain(sql: str) -> str:
    """A statement without comments, in one line, with no blanks inside brackets."""
    line = " ".join(re.sub(r"--[^\n]*", "", sql).split())
    return re.sub(r"(?<=\() | (?=\))", "", line)


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return bare.memory(tmp_path)


def test_a_kpi_is_read_from_the_stored_rows() -> None:
    composed = compose(kpis.catalogue()["delivered_correct"], Settings(timezone="UTC"))
    sql, parameters = composed.query("select sum(n) as n from facts")
    assert plain(sql) == plain(KPI)
    assert parameters == {"kind": "deliveries", "timezone": "UTC"}


def test_the_sums_of_several_kpis_are_one_reading_of_the_rows() -> None:
    both = [kpis.catalogue()[name] for name in ("delivered_in_time", "delivered_correct")]
    wide = sums.beside(both, Settings(timezone="UTC"))
    sql, _parameters = wide.composed.query(wide.select(months=True))
    assert plain(sql) == plain(SUMS)
    stock = sums.beside([kpis.catalogue()["backlog"]], Settings(timezone="UTC"))
    assert plain(stock.select(["source"])) == plain(STOCK)


def test_an_upload_is_written_by_the_place_of_its_stored_rows(warehouse: Warehouse) -> None:
    bare.fill(warehouse, "deliveries", {"a": {"order_id": "1"}}, source="shop")
    upload = fold.Upload("u2", "shop", ("order_id", "correct"), "h", replace=False)
    with warehouse.transaction() as cursor:
        cursor.execute(
            "create temp table incoming as select * from (values (1, '1', true, null::varchar),"
            " (2, '2', true, null)) as t (record, order_id, correct, notes)"
        )
        recorder: Any = Recorder(cursor)
        applied = fold.apply(recorder, dataset("deliveries"), upload)
        assert (applied.updated, applied.inserted) == (1, 1)
    written = recorder.one("update"), recorder.one("insert")
    assert " ".join(written) == plain(FOLD)


def test_a_file_is_staged_in_one_reading(warehouse: Warehouse, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("order_id,promised_at,correct\n1,2025-03-01 10:00,yes\n")
    words = words_for("deliveries", ["order_id", "promised_at", "correct"], "shop")
    with warehouse.cursor() as cursor:
        recorder: Any = Recorder(cursor)
        prepare(recorder, file, words, NOW, "UTC")
    assert recorder.one("create temp table staged") == plain(STAGE)
