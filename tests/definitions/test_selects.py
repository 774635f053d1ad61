"""A plain select is taken apart; what makes other rows of rows is left as it is."""

from __future__ import annotations

import pytest

from service_quality.definitions.selects import plain, put


def test_a_plain_select_is_its_expressions_by_name() -> None:
    found = plain(
        "select -- not, this\n  created_at as at,\n  source,\n"
        "  case when f(a, 'x, from y') is distinct from 2 then \"b c\" end as value\n"
        "from tickets\nwhere kind is distinct from 'z' and n > 0"
    )
    assert found is not None
    assert found.columns == {
        "at": "created_at",
        "source": "source",
        "value": "case when f(a, 'x, from y') is distinct from 2 then \"b c\" end",
    }
    assert (found.rows, found.where) == ("tickets", "kind is distinct from 'z' and n > 0")
    assert not found.is_ambiguous


@pytest.mark.parametrize(
    "sql",
    [
        "with a as (select 1 as x) select x from a",
        "select distinct x from a",
        "select x from a group by x",
        "select x, row_number() over () as n from a",
        "select x from a, b",
        "select x from a as b",
        "select x from (select x from a)",
        "select x, (select max(x) from a) as m from a",
        "select x from a union all select x from b",
        "select x + 1 from a",
        "select unnest(x) as y from a",
        "select x from a order by x limit 1",
    ],
)
def test_another_select_is_not_plain(sql: str) -> None:
    assert plain(sql) is None


@pytest.mark.parametrize(
    ("sql", "ambiguous"),
    [
        ("select a as b, b as c from x", True),
        ("select a as b, c from x where b > 0", True),
        ("select a as b, c as d from x where a > 0", False),
        ('select "at", source from x', False),
    ],
)
def test_a_name_that_another_expression_means_is_ambiguous(sql: str, ambiguous: bool) -> None:
    found = plain(sql)
    assert found is not None
    assert found.is_ambiguous is ambiguous


def test_columns_are_put_in_for_others_and_texts_are_left() -> None:
    assert put("value > 1 and \"value\" <> 'value'", {"value": '"k.value"'}) == (
        '"k.value" > 1 and "k.value" <> \'value\''
    )
