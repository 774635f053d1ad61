"""GLPI in French: ids with spaces, days first, columns that the user chose."""

from __future__ import annotations

import pytest

from tests.definitions.formats.conftest import Exports

EXPORT = """\
ID;Titre;Attribué à - Groupe de techniciens;Statut;Attribué à - Technicien;Demandeur - Demandeur;Date d'ouverture;Type;Suivis - Nombre de suivis;Solution - Solution;Priorité;Urgence;Date de résolution;Dernière modification
5 732 943;Écran;Support N1;Clos;Bo;Ann;05-01-2025 16:24;Incident;2;Changé;Moyenne;Moyenne;06-01-2025 09:00;06-01-2025 09:00
5 732 944;Souris;Support N1;En cours (Attribué);Bo;Cy;07-01-2025 08:00;Demande;0;;Moyenne;Basse;;07-01-2025 08:00
"""


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f"])
def test_ids_lose_their_spaces_and_days_come_first(exports: Exports, space: str) -> None:
    text = EXPORT.replace("5 732 94", f"5{space}732{space}94")
    outcome = exports.loaded(text)
    assert (outcome.format, outcome.rows_rejected) == ("glpi", 0)
    columns = ("ticket_id", "created_at", "solved_at", "status", "team")
    assert exports.rows("tickets", *columns) == [
        ("5732943", "2025-01-05 16:24:00", "2025-01-06 09:00:00", "clos", "Support N1"),
        ("5732944", "2025-01-07 08:00:00", None, "en cours attribue", "Support N1"),
    ]
    # 5 January 16:24 to 6 January 09:00.
    assert exports.one("full_resolution_time")["median"] == 16 * 60 + 36


def test_fewer_columns_in_another_order_will_do(exports: Exports) -> None:
    text = """\
Date d'ouverture;Urgence;ID;Attribué à - Technicien;Titre
05-01-2025 16:24;Basse;5 732 943;Bo;Écran
"""
    assert exports.loaded(text).format == "glpi"
    assert exports.rows("tickets", "ticket_id", "created_at") == [
        ("5732943", "2025-01-05 16:24:00")
    ]


ENGLISH = """\
"ID";"Title";"Status";"Opening date";"Last update";"Requester - Requester";"Assigned to - Technician";"Category";"Resolution date";"Time to resolve"
"2 301";"Screen";"Closed";"05-01-2025 16:24";"06-01-2025 10:00";"Ann";"Bo";"Hardware";"06-01-2025 10:00";"07-01-2025 16:24"
"2 302";"Mouse";"New";"15-01-2025 16:24";"16-01-2025 10:00";"Cy";"Bo";"Hardware";"";"17-01-2025 16:24"
"""
SPANISH = """\
ID;Título;Estado;Fecha de apertura;Última modificación;Fecha de solución;Solicitante - Solicitante
2 301;Pantalla;Cerrado;05-01-2025 16:24;06-01-2025 10:00;06-01-2025 10:00;Ana
2 302;Ratón;Nuevo;15-01-2025 16:24;16-01-2025 10:00;;Luz
"""
PORTUGUESE = """\
ID;Título;Status;Data de abertura;Última atualização;Requerente - Requerente;Atribuído - Técnico;Data da solução
2 301;Tela;Fechado;05-01-2025 16:24;06-01-2025 10:00;Ana;Bia;06-01-2025 10:00
2 302;Mouse;Novo;15-01-2025 16:24;16-01-2025 10:00;Rui;Bia;
"""


@pytest.mark.parametrize("text", [ENGLISH, SPANISH, PORTUGUESE])
def test_other_languages_are_the_same_export(exports: Exports, text: str) -> None:
    outcome = exports.loaded(text)
    assert (outcome.format, outcome.rows_rejected) == ("glpi", 0)
    assert exports.rows("tickets", "ticket_id", "created_at", "solved_at") == [
        ("2301", "2025-01-05 16:24:00", "2025-01-06 10:00:00"),
        ("2302", "2025-01-15 16:24:00", None),
    ]


def test_a_year_that_stands_first_is_no_day(exports: Exports) -> None:
    text = ENGLISH.replace("05-01-2025", "2025-01-05").replace("15-01-2025", "2025-01-15")
    exports.loaded(text)
    assert exports.rows("tickets", "ticket_id", "created_at") == [
        ("2301", "2025-01-05 16:24:00"),
        ("2302", "2025-01-15 16:24:00"),
    ]


RUNNING = """\
ID;Título;Status;Data de abertura;Última atualização;Requerente - Requerente;Tempo para solução + Progresso
2 301;Tela;Novo;05-01-2025 16:24;06-01-2025 10:00;Ana;"11-01-2025 08:08
 8%"
2 302;Mouse;Novo;15-01-2025 16:24;16-01-2025 10:00;Rui;"17-01-2025 12:00 100%"
2 303;Cabo;Novo;15-01-2025 16:24;16-01-2025 10:00;Rui;"18-01-2025 12:00 1 204,5 %"
2 304;Rato;Novo;15-01-2025 16:24;16-01-2025 10:00;Rui;
"""


def test_a_target_with_its_progress_is_the_target_and_no_ticket_is_lost(exports: Exports) -> None:
    outcome = exports.loaded(RUNNING)
    assert (outcome.format, outcome.rows_accepted) == ("glpi", 4)
    assert exports.rows("tickets", "ticket_id", "due_at") == [
        ("2301", "2025-01-11 08:08:00"),
        ("2302", "2025-01-17 12:00:00"),
        ("2303", "2025-01-18 12:00:00"),
        ("2304", None),
    ]
