"""Answers in words, faces and labelled points: the scale that they belong to, its best end last."""

import pytest

from service_quality.ingest.columns import scales


@pytest.mark.parametrize(
    ("texts", "points", "scale"),
    [
        ("Très satisfait(e)|Satisfait(e)|Peu satisfait(e)|Pas satisfait(e)", (4, 3, 2, 1), "1-4"),
        ("Très satisfaite|Satisfaite|Neutre|Insatisfaite|Très mécontente", (5, 4, 3, 2, 1), "1-5"),
        ("Muy satisfecho/a|Satisfecho/a|Neutral|Insatisfecho/a", (5, 4, 3, 2), "1-5"),
        ("Tout à fait|Plutôt|Plutôt pas|Pas du tout", (4, 3, 2, 1), "1-4"),
        ("sehr zufrieden|zufrieden|weniger zufrieden|unzufrieden", (4, 3, 2, 1), "1-4"),
        ("Completely satisfied|Mostly satisfied|Mostly dissatisfied", (5, 4, 2), "1-5"),
        ("FIVE|FOUR|ONE", (5, 4, 1), "1-5"),
        ("😀|🙂|😐|🙁|😡", (5, 4, 3, 2, 1), "1-5"),
        ("5 - Très satisfait|4 - Satisfait|1 - Pas du tout satisfait", (5, 4, 1), "1-5"),
        ("1 (very bad)|5 (excellent)|3", (1, 5, 3), "1-5"),
        (" 2 - dissatisfied|4 - satisfied ", (2, 4), "1-5"),
        # The numbers count from the best point on.
        (
            "1 - Très satisfait(e)|2 - Satisfait(e)|3 - Peu satisfait(e)"
            "|4 - Pas du tout satisfait(e)",
            (1, 2, 3, 4),
            "4-1",
        ),
        ("1 = Pas du tout satisfait|2 = Peu satisfait", (1, 2), None),  # of 4 points, or of 5
    ],
)
def test_answers_tell_their_scale(texts: str, points: tuple[int, ...], scale: str | None) -> None:
    found = scales.answers(dict.fromkeys(texts.split("|"), 1))
    assert found
    assert [found.points[text] for text in texts.split("|")] == list(points)
    assert found.scale == scale


@pytest.mark.parametrize(
    ("header", "scale"),
    [
        ("Satisfaction (1-10)", "1-10"),
        ("Êtes-vous satisfait ? [1 = Très satisfait, 4 = Pas du tout satisfait]", "4-1"),
        ("Zufriedenheit (1 = sehr zufrieden, 6 = sehr unzufrieden)", "6-1"),
        ("Note (0 = pas du tout, 10 = tout à fait)", "0-10"),
        ("Rating (1: very poor … 5: excellent)", "1-5"),
        ("Rating (1 = first visit, 2 = later)", None),
    ],
)
def test_a_header_tells_the_scale_and_its_best_end(header: str, scale: str | None) -> None:
    assert scales.of_header(header) == scale
