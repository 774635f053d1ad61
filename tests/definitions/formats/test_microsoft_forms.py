"""Microsoft Forms: dates without leading zeros, in the language of the form's owner."""

from __future__ import annotations

from tests.definitions.formats.conftest import Exports

ENGLISH = """\
ID,Start time,Completion time,Email,Name,Last modified time,How likely are you to recommend us?
1,3/28/24 9:00:00,3/28/24 9:02:10,anonymous,,,10
2,4/1/24 14:00:00,4/1/24 14:01:00,anonymous,,,7
"""
FRENCH = """\
ID;Heure de début;Heure de fin;Adresse de messagerie;Nom;Recommanderiez-vous la boutique ?
1;28/03/2024 09:00;28/03/2024 09:02;anonymous;;10
2;01/04/2024 14:00;01/04/2024 14:01;anonymous;;7
"""


def test_the_completion_dates_an_answer(exports: Exports) -> None:
    outcome = exports.loaded(ENGLISH)
    assert (outcome.format, outcome.issues) == ("microsoft_forms", ())
    assert exports.rows("surveys", "response_id", "answered_at", "nps") == [
        ("1", "2024-03-28 09:02:10", 10),
        ("2", "2024-04-01 14:01:00", 7),
    ]


def test_in_french(exports: Exports) -> None:
    outcome = exports.loaded(FRENCH)
    assert (outcome.format, outcome.issues) == ("microsoft_forms", ())
    assert exports.rows("surveys", "answered_at", "nps")[1] == ("2024-04-01 14:01:00", 7)
