"""The page that Dash users would write: as many charts as Overview has tiles, on the same sums.

Run as a module with the data folder, the number of charts and the port; never imported. One
callback answers a typed brand for all charts, and remembers what it answered.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
from dash import Dash, Input, Output, dcc, html

from service_quality.warehouse.places import FILE_NAME

Figure = dict[str, Any]


def main(data: str, charts: str, port: str) -> None:
    """Serve the page until the end."""
    warehouse = duckdb.connect(str(Path(data) / FILE_NAME), read_only=True)
    named = (
        "select table_name, column_name from duckdb_columns() where schema_name = 'rollup'"
        " and column_name similar to '.*\\.(numerator|answered|entered)' order by 1, 2"
    )
    parts = warehouse.execute(named).fetchall()
    shown = [parts[i % len(parts)] for i in range(int(charts))]

    @lru_cache(maxsize=1000)
    def figures(brand: str) -> list[Figure]:
        return [_figure(warehouse, table, part, brand) for table, part in shown]

    app = Dash()
    graphs = [dcc.Graph(id=f"chart-{i}", figure=f) for i, f in enumerate(figures(""))]
    app.layout = html.Div([dcc.Input(id="brand", debounce=True, value=""), *graphs])
    outputs = [Output(f"chart-{i}", "figure") for i in range(len(shown))]
    app.callback(*outputs, Input("brand", "value"))(figures)
    app.run(port=port)


def _figure(warehouse: duckdb.DuckDBPyConnection, table: str, part: str, brand: str) -> Figure:
    """Return one line: the part of a measure that is summed, by month."""
    with warehouse.cursor() as cursor:
        rows = cursor.execute(
            f'select day, sum("{part}")::bigint from rollup."{table}"'
            " where $brand = '' or brand = $brand group by day order by day",
            {"brand": brand},
        ).fetchall()
    days, sums = [day.isoformat() for day, _sum in rows], [value for _day, value in rows]
    return {
        "data": [{"type": "scatter", "x": days, "y": sums}],
        "layout": {"title": {"text": part}, "height": 200},
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
