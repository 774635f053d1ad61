"""Google Forms, in English and French: year first, or as the sheet writes it."""

from __future__ import annotations

import pytest

from tests.definitions.formats.conftest import Exports

ENGLISH = """\
Timestamp,How satisfied are you with the shop?,Comment
2024/03/04 9:41:12 AM,5,
2024/03/05 10:02:00 PM,2,"Slow, and cold"
"""
FRENCH = """\
Horodateur,Êtes-vous satisfait de la boutique ?,Commentaire
2024/03/04 9:41:12,5,
2024/03/05 22:02:00,2,"Lent, et froid"
"""


SPANISH = """\
Marca temporal,¿Está satisfecho con la atención? (1-5),Comentario
4/3/2024 9:41:12,5,bien
25/3/2024 22:02:00,2,mal
"""


def test_the_header_may_state_the_scale(exports: Exports) -> None:
    outcome = exports.loaded(SPANISH)
    assert (outcome.format, outcome.issues) == ("google_forms", ())
    assert sorted(exports.rows("surveys", "answered_at", "csat", "csat_scale")) == [
        ("2024-03-04 09:41:12", 5, "1-5"),
        ("2024-03-25 22:02:00", 2, "1-5"),
    ]


@pytest.mark.parametrize("text", [ENGLISH, FRENCH])
def test_answers_are_dated_by_their_timestamp(exports: Exports, text: str) -> None:
    outcome = exports.loaded(text, constants={"csat_scale": "1-5"})
    assert (outcome.format, outcome.issues) == ("google_forms", ())
    assert exports.rows("surveys", "answered_at", "csat") == [
        ("2024-03-04 09:41:12", 5),
        ("2024-03-05 22:02:00", 2),
    ]


def test_a_time_zone_behind_the_time(exports: Exports) -> None:
    exports.loaded(
        "Timestamp,Satisfaction\n2024/03/04 11:41:12 PM GMT+0,5\n",
        constants={"csat_scale": "1-5"},
    )
    assert exports.rows("surveys", "answered_at") == [("2024-03-05 00:41:12",)]


def test_any_other_file_with_a_timestamp_is_not_called_a_form(exports: Exports) -> None:
    outcome = exports.loaded("response id,timestamp,csat\n1,2024-03-04 10:00,5\n")
    assert outcome.format is None
