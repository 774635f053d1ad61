"""A figure as Streamlit takes it, without the check of each of its values at every rerun."""

from __future__ import annotations

from functools import cache
from typing import Any

from plotly.basedatatypes import BaseFigure


class Drawn(BaseFigure):  # type: ignore[misc]  # plotly has no types
    """A figure, which plotly only asks for its dict.

    To check it as `plotly.graph_objects.Figure` does takes two thirds of the time of a page with
    charts. The figures are ours: tests hold each against that check.
    """

    def __init__(self, figure: dict[str, Any]) -> None:
        self._figure = figure

    def to_dict(self) -> dict[str, Any]:
        """Return the figure with Streamlit's template, whose colours follow the reader's theme."""
        layout = {"template": _template(), **self._figure["layout"]}
        return {"data": self._figure["data"], "layout": layout}


@cache
def _template() -> dict[str, Any]:
    import plotly.io

    template: dict[str, Any] = plotly.io.templates[plotly.io.templates.default].to_plotly_json()
    return template
