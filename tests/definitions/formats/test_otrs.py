"""OTRS and Znuny: states by their type, translated headers, minutes that are not the calendar's."""

from __future__ import annotations

from tests.definitions.formats.conftest import Exports

ENGLISH = """\
Number;Ticket#;Age;Title;Created;Changed;Close Time;Queue;State;Priority;Customer User;CustomerID;Agent/Owner;FirstResponse;FirstResponseInMin;FirstResponseDiffInMin;SolutionInMin;SolutionDiffInMin;First Lock;StateType
1;2025010110000011;2 d 3 h;Screen;2025-01-01 10:00:00;2025-01-02 10:00:00;2025-01-02 10:00:00;Desk;erledigt;3 normal;ann;f1;bo;2025-01-01 11:00:00;60;-20;480;10;2025-01-01 10:30:00;closed
2;2025010210000022;1 d 1 h;Mouse;2025-01-02 10:00:00;2025-01-02 12:00:00;;Desk;offen;3 normal;cy;f1;bo;;;;;;;open
3;2025010310000033;1 h;Twice;2025-01-03 10:00:00;2025-01-03 10:05:00;2025-01-03 10:05:00;Desk;zusammen;3 normal;cy;f1;bo;;;;;;;merged
"""
PORTUGUESE = """\
Número;Ticket#;Idade;Título;Criado;Última Alteração;Hora de Fechamento;Fila;Estado;Prioridade;CustomerID;Primeira Resposta;Primeira Resposta em Minutos;StateType
1;2025010110000011;2 d;Tela;2025-01-01 10:00:00;2025-01-02 10:00:00;2025-01-02 10:00:00;Mesa;fechado;3 normal;f1;2025-01-01 11:00:00;60;closed
"""


def test_the_type_of_the_state_is_the_status(exports: Exports) -> None:
    outcome = exports.loaded(ENGLISH)
    assert (outcome.format, outcome.rows_accepted) == ("otrs", 2)
    assert [issue.rule for issue in outcome.issues if issue.rejects] == ["test_row"]
    columns = ("ticket_id", "first_reply_at", "solved_at", "status", "team")
    assert exports.rows("tickets", *columns) == [
        ("2025010110000011", "2025-01-01 11:00:00", "2025-01-02 10:00:00", "closed", "Desk"),
        ("2025010210000022", None, None, "open", "Desk"),
    ]


def test_headers_in_portuguese(exports: Exports) -> None:
    assert exports.loaded(PORTUGUESE).format == "otrs"
    columns = ("created_at", "updated_at", "first_reply_at", "solved_at", "team")
    assert exports.rows("tickets", *columns) == [
        (
            *("2025-01-01 10:00:00", "2025-01-02 10:00:00", "2025-01-01 11:00:00"),
            *("2025-01-02 10:00:00", "Mesa"),
        )
    ]
    refused = exports.text(PORTUGUESE, mapping={"first_reply_at": "Primeira Resposta em Minutos"})
    assert refused.status == "refused"


def test_the_number_of_a_line_is_no_ticket(exports: Exports) -> None:
    exports.loaded(PORTUGUESE.replace("Ticket#", "Chamado#"))
    assert exports.rows("tickets", "ticket_id") == [("2025010110000011",)]
