"""Tables that sort, their columns, and the same rows as files."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from service_quality.base import language
from service_quality.base.language import NO_VALUE, _
from service_quality.definitions.kpis import Kpi
from service_quality.findings import wording
from service_quality.ui.parts import export
from service_quality.ui.parts.export import Column

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]
# As a `Column` each, or its heading and its kind.
Columns = Mapping[str, tuple[str, str] | Column]
Headed = tuple[str, str, str]  # a column's key, heading and kind
WORDS = ("text", "time")  # kinds that are no numbers
SHORT = 20  # letters
MOST_WRITTEN = 1000  # rows whose every number is written out
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Shown where any row has them.
WHERE_KNOWN = (
    *("low", "high", "response", "shared", "note", "places_lost", "plausible", "percentile"),
    *("rank_common", "prior_rank_common", "prior_rank", "prior_score", "prior_n"),
)


def table(
    rows: Sequence[Row],
    columns: Columns,
    name: str,
    *,
    download: bool = True,
    printed: bool = False,
    everything: Callable[[], Sequence[Row]] | None = None,
) -> None:
    """Show rows as a table that sorts, and offer them as CSV.

    One that stands open on its page is `printed` with it, all its rows: the table that sorts shows
    paper no more than it shows at once. Where `rows` are the first of more, `everything` gives all
    of them to who downloads them.
    """
    import pyarrow as pa  # which Overview, the first page, can do without

    known = [key for key in WHERE_KNOWN if key in columns]
    empty = {key for key in known if all(row.get(key) in (None, "") for row in rows)}
    shown = {key: Column(*column) for key, column in columns.items() if key not in empty}
    data = pa.table({key: _column(rows, key, column.kind) for key, column in shown.items()})
    headed = tuple((key, column.heading, column.kind) for key, column in shown.items())
    paper = printed and len(rows) <= MOST_WRITTEN
    _draw(data, headed, name, language.current_locale(), paper)
    if download:
        _downloads(everything or (lambda: rows), shown, name)


def _bytes_of(data: pa.Table) -> bytes:
    from streamlit.dataframe_util import convert_arrow_table_to_arrow_bytes

    return convert_arrow_table_to_arrow_bytes(data)


# A page draws most of its tables anew as they were: those are shown from memory. The locale, of
# which the texts are, tells them apart.
@st.cache_data(max_size="50MB", show_spinner=False, hash_funcs={"pyarrow.lib.Table": _bytes_of})
def _draw(data: pa.Table, columns: Sequence[Headed], name: str, locale: str, paper: bool) -> None:
    ours = _has_minus(data)
    st.dataframe(
        _in_our_writing(data, columns) if ours else data,
        hide_index=True,
        placeholder=NO_VALUE,
        column_config={key: _config(*column, written=ours) for key, *column in columns},
        key=f"table-{name}",
        alt=_("Table: {name}").format(name=", ".join(heading for _key, heading, _kind in columns)),
    )
    if paper:
        st.html(_on_paper(data, columns))


def _on_paper(data: pa.Table, columns: Sequence[Headed]) -> str:
    """Return a table as HTML that only paper shows."""
    heads = "".join(f'<th scope="col">{html.escape(heading)}</th>' for _key, heading, _ in columns)
    kinds = [kind for _key, _heading, kind in columns]
    rows = (
        "".join(
            f'<td class="{_style(kind, value)}">{_in_words(kind, value)}</td>'
            for kind, value in zip(kinds, row, strict=True)
        )
        for row in zip(*(column.to_pylist() for column in data.columns), strict=True)
    )
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<table class="paper"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


def _style(kind: str, value: object) -> str:
    """Return how a cell is set on paper: a few words never take a second line."""
    if kind != "text":
        return "number"
    return "words short" if len(str(value)) <= SHORT else "words"


def _in_words(kind: str, value: Any) -> str:
    if value is None:
        return NO_VALUE
    return html.escape(value if kind == "text" else as_written(kind, value))


def _downloads(rows: Callable[[], Sequence[Row]], columns: Mapping[str, Column], name: str) -> None:
    about, locale = _about(columns), language.current_locale()

    # They are written when they are asked for, and that is no run of the page.
    def as_csv() -> bytes:
        with language.using(locale):
            return export.to_csv(rows(), columns)

    def as_xlsx() -> bytes:
        with language.using(locale):
            return export.to_xlsx(rows(), columns, about)

    with st.container(horizontal=True):
        st.download_button(
            _("Download as CSV"),
            as_csv,
            f"{name}.csv",
            "text/csv",
            key=f"csv-{name}",
            on_click="ignore",
        )
        st.download_button(
            _("Download as XLSX"),
            as_xlsx,
            f"{name}.xlsx",
            XLSX,
            key=f"xlsx-{name}",
            on_click="ignore",
        )


def _about(columns: Mapping[str, Column]) -> dict[str, str]:
    """Return what the measures of a table mean and do not, and where it comes from."""
    kpis = {column.kpi.id: column.kpi for column in columns.values() if column.kpi}
    found = {
        kpi.title: "\n".join(f"{label}: {text}" for label, text in wording.definition(kpi).items())
        for kpi in kpis.values()
    }
    return found | {_("Link to this view"): st.context.url or ""}


def kpi_columns(kpi: Kpi, cut: Mapping[str, str]) -> dict[str, tuple[str, str] | Column]:
    """Return the columns of rows of `Answers.kpi`, cut by `cut` (key to label)."""
    columns: dict[str, tuple[str, str] | Column] = {
        key: (label, "text") for key, label in cut.items()
    }
    if kpi.measure == "duration":
        columns["median"] = Column(_("Half within (hours)"), "minutes", kpi)
        columns["p90"] = (_("Nine in ten within (hours)"), "minutes")
        columns["answered"] = (_("Answered"), "whole")
        return columns | {"n": (_("n"), "whole"), "note": (_("Note"), "text")}
    columns["value"] = Column(kpi.title, _kind(kpi), kpi)
    if kpi.measure in ("count", "stock"):
        return columns
    return columns | {
        "low": (_("At least (95%)"), _kind(kpi)),
        "high": (_("At most (95%)"), _kind(kpi)),
        "n": (_("n"), "whole"),
        **_beside(),
    }


def _beside() -> dict[str, tuple[str, str] | Column]:
    return {"response": (_("Of the invited"), "rate"), "note": (_("Note"), "text")}


def trend_columns(kpi: Kpi) -> dict[str, tuple[str, str] | Column]:
    """Return the columns of a KPI's months on a control chart."""
    kind = _kind(kpi)
    limits = {
        "lower": (_("Lower limit"), kind),
        "upper": (_("Upper limit"), kind),
        "said": (_("Signal"), "text"),
    }
    return kpi_columns(kpi, {"month": _("Month")}) | limits


def change_columns(kpi: Kpi) -> dict[str, tuple[str, str] | Column]:
    """Return the columns of the steps that a change is made of."""
    return {"step": (_("Step"), "text"), "change": Column(_("Change"), _kind(kpi), kpi)}


def working_day_columns(kpi: Kpi) -> dict[str, tuple[str, str] | Column]:
    """Return the columns of a count per working day."""
    return {
        "month": (_("Month"), "text"),
        "value": Column(kpi.title, "whole", kpi),
        "working_days": (_("Working days"), "whole"),
        "per_working_day": (_("Per working day"), "number1"),
    }


def merged_columns(kpis: Sequence[Kpi]) -> dict[str, tuple[str, str] | Column]:
    """Return the columns of rows that hold several KPIs by month."""
    found = {kpi.id: Column(kpi.title, _kind(kpi), kpi) for kpi in kpis}
    return {"month": (_("Month"), "text"), **found, "n": (_("n"), "whole"), **_beside()}


def ladder_columns() -> dict[str, tuple[str, str] | Column]:
    """Return the columns of the ladder of waits."""
    return {
        "step": (_("Answered"), "text"),
        "share": (_("Share of all"), "rate"),
        "before": (_("A year before"), "rate"),
    }


def ranking_columns(
    kpi: Kpi, label: str, year: int, rows: Sequence[Row]
) -> dict[str, tuple[str, str] | Column]:
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
        "entity": (label, "text"),
        **(prior if same else both),
        "places_lost": (_("Places lost (won: −)"), "whole"),
        "score": Column(_score_title(kpi), kind, kpi),
        "n": (_("n"), "whole"),
        "plausible": (_("Plausible places"), "text"),
        "shared": (_("Shared, or a band"), "text"),
        "percentile": (_("Percentile, 100 the best"), "whole"),
        "note": (_("Note"), "text"),
        **({} if same else prior),
        "prior_score": (_("Score {before}").format(before=before), kind),
        "prior_n": (_("n {before}").format(before=before), "whole"),
    }


def place_columns(kpi: Kpi) -> dict[str, tuple[str, str] | Column]:
    """Return the columns of one entry's places, a row a year."""
    return {
        "entity": (_("Year"), "text"),
        "rank": (_("Rank"), "whole"),
        "shared": (_("Shared, or a band"), "text"),
        "of": (_("Ranked"), "whole"),
        "places_lost": (_("Places lost (won: −)"), "whole"),
        "plausible": (_("Plausible places"), "text"),
        "score": Column(_score_title(kpi), _kind(kpi), kpi),
        "n": (_("n"), "whole"),
        "note": (_("Note"), "text"),
    }


def funnel_columns(kpi: Kpi, label: str) -> dict[str, tuple[str, str] | Column]:
    """Return the columns of a funnel's points."""
    return {
        "entity": (label, "text"),
        "score": Column(_score_title(kpi), _kind(kpi), kpi),
        "n": (_("n"), "whole"),
        "said": (_("Against the limits"), "text"),
    }


def _score_title(kpi: Kpi) -> str:
    """Return the heading of a score, with the unit where the figures do not say it."""
    if kpi.measure != "duration":
        return kpi.title
    return _("{kpi} (hours)").format(kpi=kpi.title)


def _kind(kpi: Kpi) -> str:
    kinds = {"count": "whole", "stock": "whole", "duration": "minutes"}
    return kinds.get(kpi.measure, f"number{kpi.decimals}" if kpi.measure == "mean" else kpi.measure)


def _column(rows: Sequence[Row], key: str, kind: str) -> Any:
    import pyarrow as pa

    types = {"text": pa.string(), "whole": pa.int64(), "time": pa.timestamp("us")}
    values = [export.cell(row.get(key), kind) for row in rows]
    return pa.array(values, types.get(kind, pa.float64()))


def _config(heading: str, kind: str, *, written: bool) -> Any:
    """Return how a column is shown; of numbers that are not `written`, all with its decimals."""
    if kind == "text":
        return st.column_config.TextColumn(heading)
    if kind == "time":
        return st.column_config.DatetimeColumn(heading, format="localized")
    if written:
        return st.column_config.NumberColumn(heading)
    style = {"rate": "percent"}.get(kind, "localized")
    digits = export.DIGITS.get(kind, 2)
    step = 10.0**-digits if digits else 1
    return st.column_config.NumberColumn(heading, format=style, step=step)


def _has_minus(data: pa.Table) -> bool:
    from pyarrow import compute, types

    wordless = (types.is_integer, types.is_floating)
    numbers = [c for c in data.columns if any(is_so(c.type) for is_so in wordless)]
    below = any((compute.min(column).as_py() or 0) < 0 for column in numbers)
    return below and data.num_rows <= MOST_WRITTEN


def _in_our_writing(data: pa.Table, columns: Sequence[Headed]) -> Any:
    """Return a table with the text of each number: a browser takes a hyphen for a minus."""
    texts = {key: partial(as_written, kind) for key, _head, kind in columns if kind not in WORDS}
    return data.to_pandas().style.format(texts, na_rep=NO_VALUE)


def as_written(kind: str, value: float) -> str:
    """Return a number of a kind of column as a reader sees it."""
    if kind == "rate":
        return language.rate(value)
    if kind == "nps":
        return language.nps(value)
    return language.number(value, export.DIGITS.get(kind, 2))
