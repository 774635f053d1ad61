"""The axis of places: it begins with the first, for there is no place 0."""

import pytest

from service_quality.ui.figures.places import _place_ticks


@pytest.mark.parametrize(
    ("of", "ticks"),
    [(4, [1, 2, 3, 4]), (30, [1, 5, 10, 15, 20, 25, 30]), (240, [1, 50, 100, 150, 200])],
)
def test_places_on_an_axis_begin_with_the_first(of: int, ticks: list[int]) -> None:
    assert _place_ticks(of) == ticks
