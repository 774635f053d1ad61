"""Tables that sort, their columns, and the same rows as CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from service_quality.base import language
from service_quality.base.language import NO_VALUE, _
from service_quality.definitions.kpis import Kpi
from service_quality.ui.parts import export

Row = Mapping[str, Any]
DIGITS = {"rate": 3, "nps": 0, "minutes": 1, "number0": 0, "number1": 1}
# Column to (heading, kind): text, whole, number2 (its decimals), nps, rate (0 to 1), or minutes,
# which are shown as hours.
Columns = Mapping[str, tuple[str, str]]
MOST_WRITTEN = 1000  # rows whose every number is written out
# Shown where any row has them.
WHERE_KNOWN = ("low", "high", "response", "shared", "note")


def table(rows: Sequence[Row], columns: Columns, name: str, *, download: bool = True) -> None:
    """Show rows as a table that sorts, and offer them as CSV."""
    empty = {k for k in WHERE_KNOWN if all(row.get(k) in (None, "") for row in rows)}
    columns = {key: column for key, column in columns.items() if key not in empty}
    data = pa.table({key: _column(rows, key, kind) for key, (_label, kind) in columns.items()})
    signed = _has_minus(data)
    st.dataframe(
        _with_minus(data, columns) if signed else data,
        hide_index=True,
        placeholder=NO_VALUE,
        column_config={
            key: _config(label, "" if signed and kind != "text" else kind)
            for key, (label, kind) in columns.items()
        },
        key=f"table-{name}",
        alt=_("Table: {name}").format(name=name),
    )
    if download:
        _download(rows, {key: label for key, (label, _kind) in columns.items()}, name)


def _download(rows: Sequence[Row], headings: Mapping[str, str], name: str) -> None:
    st.download_button(
        _("Download as CSV"),
        lambda: export.to_csv(rows, headings),
        f"{name}.csv",
        "text/csv",
        key=f"csv-{name}",
        on_click="ignore",
    )


def kpi_columns(kpi: Kpi, cut: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return the columns of rows of `Answers.kpi`, cut by `cut` (key to label)."""
    columns = {key: (label, "text") for key, label in cut.items()}
    if kpi.measure == "duration":
        columns["median"] = (_("Half within (hours)"), "minutes")
        columns["p90"] = (_("Nine in ten within (hours)"), "minutes")
        columns["answered"] = (_("Answered"), "whole")
        return columns | {"n": (_("n"), "whole"), "note": (_("Note"), "text")}
    columns["value"] = (_(kpi.title), _kind(kpi))
    if kpi.measure in ("count", "stock"):
        return columns
    return columns | {
        "low": (_("At least (95 %)"), _kind(kpi)),
        "high": (_("At most (95 %)"), _kind(kpi)),
        "n": (_("n"), "whole"),
        **_beside(),
    }


def _beside() -> dict[str, tuple[str, str]]:
    return {"response": (_("Of the invited"), "rate"), "note": (_("Note"), "text")}


def trend_columns(kpi: Kpi) -> dict[str, tuple[str, str]]:
    """Return the columns of a KPI's months on a control chart."""
    kind = _kind(kpi)
    limits = {
        "lower": (_("Lower limit"), kind),
        "upper": (_("Upper limit"), kind),
        "said": (_("Signal"), "text"),
    }
    return kpi_columns(kpi, {"month": _("Month")}) | limits


def change_columns(kpi: Kpi) -> dict[str, tuple[str, str]]:
    """Return the columns of the steps that a change is made of."""
    return {"step": (_("Step"), "text"), "change": (_("Change"), _kind(kpi))}


def working_day_columns(kpi: Kpi) -> dict[str, tuple[str, str]]:
    """Return the columns of a count per working day."""
    return {
        "month": (_("Month"), "text"),
        "value": (_(kpi.title), "whole"),
        "working_days": (_("Working days"), "whole"),
        "per_working_day": (_("Per working day"), "number1"),
    }


def merged_columns(kpis: Sequence[Kpi]) -> dict[str, tuple[str, str]]:
    """Return the columns of rows that hold several KPIs by month."""
    found = {kpi.id: (_(kpi.title), _kind(kpi)) for kpi in kpis}
    return {"month": (_("Month"), "text"), **found, "n": (_("n"), "whole"), **_beside()}


def ladder_columns() -> dict[str, tuple[str, str]]:
    """Return the columns of the ladder of waits."""
    return {
        "step": (_("Answered"), "text"),
        "share": (_("Share of all"), "rate"),
        "before": (_("A year before"), "rate"),
    }


def ranking_columns(
    kpi: Kpi, label: str, year: int, rows: Sequence[Row]
) -> dict[str, tuple[str, str]]:
    """Return the columns of a ranking's rows.

    Places lost subtract among those of both years; those places have columns of their own where
    they are not the ranks themselves.
    """
    kind = _kind(kpi)
    same = all(
        row["places_lost"] is None
        or row["rank_common"] is None
        or row["places_lost"] == row["rank"] - row["prior_rank"]
        for row in rows
    )
    before = year - 1
    # Numbers sort as numbers; that a place is shared, or a band, stands beside them.
    prior = {"prior_rank": (_("Rank {before}").format(before=before), "whole")}
    both = {
        "rank_common": (_("Place among both years"), "whole"),
        "prior_rank_common": (_("Place {before}").format(before=before), "whole"),
    }
    return {
        "rank": (_("Rank"), "whole"),
        "shared": (_("Shared, or a band"), "text"),
        **(prior if same else {}),
        "entity": (label, "text"),
        **({} if same else both),
        "places_lost": (_("Places lost (won: −)"), "whole"),
        "plausible": (_("Plausible places"), "text"),
        "percentile": (_("Percentile, 100 the best"), "whole"),
        "score": (_(kpi.title), kind),
        "n": (_("n"), "whole"),
        "note": (_("Note"), "text"),
        **({} if same else prior),
        "prior_score": (_("Score {before}").format(before=before), kind),
        "prior_n": (_("n {before}").format(before=before), "whole"),
    }


def funnel_columns(kpi: Kpi, label: str) -> dict[str, tuple[str, str]]:
    """Return the columns of a funnel's points."""
    return {
        "entity": (label, "text"),
        "score": (_(kpi.title), _kind(kpi)),
        "n": (_("n"), "whole"),
        "said": (_("Against the limits"), "text"),
    }


def _kind(kpi: Kpi) -> str:
    kinds = {"count": "whole", "stock": "whole", "duration": "minutes"}
    return kinds.get(kpi.measure, f"number{kpi.decimals}" if kpi.measure == "mean" else kpi.measure)


def _column(rows: Sequence[Row], key: str, kind: str) -> Any:
    values = [row.get(key) for row in rows]
    if kind == "text":
        return pa.array([None if v is None else str(v) for v in values], pa.string())
    if kind == "whole":
        return pa.array([None if v is None else round(v) for v in values], pa.int64())
    if kind == "minutes":
        values = [None if v is None else round(v / 60, 1) for v in values]
    digits = _digits(kind)
    rounded = [None if v is None else round(float(v), digits) for v in values]
    return pa.array(rounded, pa.float64())


def _config(label: str, kind: str) -> Any:
    """Return how a column is shown: a step gives all its cells the same decimals."""
    if kind == "text":
        return st.column_config.TextColumn(label)
    if not kind:  # its cells come with their texts
        return st.column_config.NumberColumn(label)
    style = {"rate": "percent"}.get(kind, "localized")
    step = 10.0 ** -_digits(kind)
    return st.column_config.NumberColumn(label, format=style, step=step if step < 1 else 1)


def _digits(kind: str) -> int:
    return 0 if kind == "whole" else DIGITS.get(kind, 2)


def _has_minus(data: pa.Table) -> bool:
    if data.num_rows > MOST_WRITTEN:
        return False
    numbers = [column for column in data.columns if not pa.types.is_string(column.type)]
    return any((pc.min(column).as_py() or 0) < 0 for column in numbers)


def _with_minus(data: pa.Table, columns: Columns) -> Any:
    """Return a table whose numbers are written by us: a browser has a hyphen for a minus."""
    texts = {
        key: partial(written, kind) for key, (_label, kind) in columns.items() if kind != "text"
    }
    return data.to_pandas().style.format(texts, na_rep=NO_VALUE)


def written(kind: str, value: float) -> str:
    """Return a number of a column as it is shown."""
    if kind == "rate":
        return language.rate(value)
    if kind == "nps":
        return language.nps(value)
    return language.number(value, _digits(kind))
