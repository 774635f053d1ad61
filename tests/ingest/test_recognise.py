"""What a file is taken for, and why: by its headers, by a person's words, by its content."""

from __future__ import annotations

from pathlib import Path

import pytest

from service_quality.base.errors import NotUnderstoodError, RefusedError, UsageError
from service_quality.ingest.prepare import understand
from service_quality.ingest.read.table import Table, open_table
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ingest.recognise.recognition import normal, recognise

ZENDESK = (
    "Summation column,Id,Requester,Requester id,Requester email,Submitter,Assignee,Group,Subject,"
    "Tags,Status,Priority,Via,Ticket type,Created at,Updated at,Assigned at,Organization,Due date,"
    "Initially assigned at,Solved at,Resolution time,Satisfaction Score,Reopens,Replies"
)
FRESHDESK = (
    "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Group,Created Time,Due by Time,"
    "Resolved time,Closed Time,Last updated time,Initial response time,Agent interactions"
)
JIRA = "Summary,Issue key,Issue id,Issue Type,Status,Priority,Created,Updated,Resolved"
SERVICENOW = "number,incident_state,reopen_count,opened_at,sys_updated_at,resolved_at"


def table(headers: str, *rows: str) -> Table:
    sample = tuple(tuple(cell or None for cell in row.split(",")) for row in rows)
    return Table(Path("x.csv"), "x.csv", "csv", tuple(headers.split(",")), sample)


@pytest.mark.parametrize(
    ("headers", "kind", "some"),
    [
        (
            ZENDESK,
            "tickets",
            {"ticket_id": "Id", "created_at": "Created at", "updated_at": "Updated at"}
            | {"solved_at": "Solved at", "due_at": "Due date", "team": "Group", "channel": "Via"}
            | {"agent_replies": "Replies", "reopens": "Reopens", "topic": "Ticket type"},
        ),
        (
            FRESHDESK,
            "tickets",
            {"ticket_id": "Ticket ID", "created_at": "Created Time", "solved_at": "Resolved time"}
            | {"updated_at": "Last updated time", "due_at": "Due by Time"},
        ),
        (JIRA, "tickets", {"ticket_id": "Issue key", "solved_at": "Resolved"}),
        (SERVICENOW, "tickets", {"ticket_id": "number", "created_at": "opened_at"}),
        ("message id,received,replied at,brand", "emails", {"replied_at": "replied at"}),
        ("ResponseId,RecordedDate,csat", "surveys", {"answered_at": "RecordedDate"}),
        ("Horodateur,satisfaction", "surveys", {"answered_at": "Horodateur"}),
        ("month,kpi,due,kept", "totals", {"month": "month"}),
        ("publisher,year,brand,rank", "rankings", {"rank": "rank"}),
        ("Éditeur,Année,Marque,Rang", "rankings", {"publisher": "Éditeur", "year": "Année"}),
    ],
)
def test_a_file_is_recognised_by_its_headers(headers: str, kind: str, some: dict[str, str]) -> None:
    found = recognise(table(headers), None, {}, {})
    assert found.dataset.kind == kind
    assert some.items() <= found.mapping.items()
    assert found.missing == ()
    assert len(found.why) == len(found.mapping)


def test_one_header_is_one_column() -> None:
    found = recognise(table("id,created,updated,status"), "tickets", {}, {})
    assert len(set(found.mapping.values())) == len(found.mapping) == 4


def test_a_person_is_believed_before_the_names() -> None:
    headers = table("id,created at,opened,colour")
    mapping = {"created_at": "opened", "status": ""}
    found = recognise(headers, None, mapping, {"team": "Nord"})
    assert found.mapping == {"created_at": "opened", "ticket_id": "id"}
    assert any("as you said" in reason for reason in found.why)


def test_a_constant_stands_for_a_column() -> None:
    assert recognise(table("score,brand"), "rankings", {}, {}).missing == (
        ("publisher",),
        ("year",),
    )
    constants = {"publisher": "P", "year": "2024"}
    assert recognise(table("score,brand"), "rankings", {}, constants).missing == ()


def test_what_is_missing_is_guessed_by_content() -> None:
    found = recognise(table("ref,when,note", "1,2024-03-01,a", "2,2024-03-02,b"), "tickets", {}, {})
    assert found.missing == (("ticket_id",), ("created_at",))
    guessed = {name: [g.header for g in guesses] for name, guesses in found.guesses.items()}
    assert guessed == {"ticket_id": ["ref"], "created_at": ["when"]}


def test_one_of_several_columns_is_enough() -> None:
    assert recognise(table("invited at,csat"), "surveys", {}, {}).missing == ()
    missing = recognise(table("csat"), "surveys", {}, {}).missing
    assert missing == (("answered_at", "invited_at"),)


def test_a_file_that_lacks_what_it_needs_is_refused_with_the_way_out() -> None:
    with pytest.raises(RefusedError) as caught:
        understand(table("ref,created"), Instructions(kind="tickets"))
    said = str(caught.value)
    for part in ("x.csv", "ticket_id", "ticket number", "ref, created", "--map ticket_id=HEADER"):
        assert part in said


def test_words_about_unknown_columns_are_named() -> None:
    with pytest.raises(UsageError, match=r"tickets have no column nps"):
        understand(table("id,created"), Instructions(kind="tickets", mapping={"nps": "id"}))
    with pytest.raises(UsageError, match=r"column planet; known columns: .*created_at"):
        understand(table("id,created"), Instructions(constants={"planet": "Mars"}))


def test_headers_are_compared_without_case_accents_and_signs() -> None:
    assert normal("\ufeffCréé_à :") == normal("CREE A") == "cree a"
    assert normal("--") == ""


@pytest.mark.parametrize(
    "waits",
    [
        *[("2,5", "3"), ("0:45", "12:30:00"), ("1h 5m", "2d"), ("2 jours 3 heures", "45 min")],
        ("3600", "93600"),  # seconds
    ],
)
def test_what_is_called_a_time_and_holds_durations_is_not_taken_for_one(
    tmp_path: Path, waits: tuple[str, str]
) -> None:
    rows = "".join(f"{n};{n + 1:02d}/03/2025 09:15;{wait}\n" for n, wait in enumerate(waits))
    path = tmp_path / "t.csv"
    path.write_text("N° ticket;Créé le;Première réponse\n" + rows, encoding="utf-8")
    found = recognise(open_table(path), None, {}, {}).mapping
    assert found == {"ticket_id": "N° ticket", "created_at": "Créé le"}


@pytest.mark.parametrize(
    ("created", "solved"),
    [
        ("Date/Time of creation", "Date/Time of closure"),
        ("Raised", "Completed"),
        ("Logged", "Finished on"),
        ("Date & heure de création", "Date & heure de fermeture"),
        ("Date et heure d’ouverture", "Résolution (UTC)"),
        ("Dépôt", "Traité le"),
        ("Fecha/hora de creación", "Fecha y hora de resolución"),
        ("Fecha de alta", "Finalizado"),
        ("Data/hora de abertura", "Encerramento"),
        ("Data e ora di apertura", "Chiusura"),
        ("Datum und Uhrzeit der Eröffnung", "Abschlussdatum"),
        ("Gemeldet am", "Behoben am"),
        ("Tijdstip aangemaakt", "Afgerond op"),
        ("Datum melding", "Datum/tijd gesloten"),
        ("openedDateTime", "closedDateTime"),
        ("created_at_utc", "resolvedOn"),
        ("openTimestamp", "solvedAtUtc"),
    ],
)
def test_a_time_is_known_by_the_word_that_tells_which(created: str, solved: str) -> None:
    rows = ("T1,2025-06-03 09:00,2025-06-04 09:00", "T2,2025-06-04 10:00,")
    found = recognise(table(f"Ticket,{created},{solved}", *rows), "tickets", {}, {}).mapping
    assert found == {"ticket_id": "Ticket", "created_at": created, "solved_at": solved}


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Resolution", ("Done", "Won't do")),
        ("Resolution", ("", "")),
        ("Open", ("yes", "no")),
        ("Closure", ("12:30", "4:05")),
        ("Date", ("2025-06-03", "2025-06-04")),
        ("Closed by", ("2025-06-03", "2025-06-04")),
        ("Order date", ("2025-06-03", "2025-06-04")),
    ],
)
def test_a_word_alone_is_a_time_only_where_it_holds_times(
    header: str, values: tuple[str, str]
) -> None:
    rows = [f"T{n},2025-06-03 09:00,{value}" for n, value in enumerate(values)]
    found = recognise(table(f"Ticket,Created,{header}", *rows), "tickets", {}, {}).mapping
    assert found == {"ticket_id": "Ticket", "created_at": "Created"}


def test_small_words_in_the_name_of_an_id_do_not_count() -> None:
    rows = ("1,2025-06-03 09:00,Aberto", "2,2025-06-04 09:00,Fechado")
    found = recognise(table("numeroChamado,dataAbertura,situacao", *rows), None, {}, {})
    assert found.mapping["ticket_id"] == "numeroChamado"


REVIEW = "id,created_at,stars,status,comment"
PARCEL = "id,created_at,status,amount"
ROW = "id,created_at,status,updated_at"


@pytest.mark.parametrize(
    ("headers", "rows", "told"),
    [
        (ROW, ("1,2025-06-03,open,2025-06-03", "2,2025-06-04,Closed,2025-06-05"), "tickets"),
        (PARCEL, ("1,2025-06-03,shipped,9", "2,2025-06-04,pending,8"), None),
        (REVIEW, ("1,2025-06-03,5,published,Nice", "2,2025-06-04,1,published,Bad"), None),
    ],
)
def test_an_id_a_date_and_a_status_are_tickets_where_the_statuses_are_theirs(
    headers: str, rows: tuple[str, ...], told: str | None
) -> None:
    found = recognise(table(headers, *rows), None, {}, {})
    assert (found.dataset.kind if found.convincing and not found.missing else None) == told


def test_a_file_with_stars_looks_like_a_survey_whatever_its_status() -> None:
    rows = [f"r{n},2025-06-0{n},{n},published,Text" for n in range(1, 6)]
    found = recognise(table(REVIEW, *rows), None, {}, {})
    assert (found.dataset.kind, found.missing) == ("surveys", (("answered_at", "invited_at"),))


@pytest.mark.parametrize(
    "headers",
    [
        *("id,day,mark,note", "id,submitted on,points,remarks", "ID,Datum,Benotung,Text"),
        *("Nr,Datum,Punktzahl,Text", "Id,Fecha,Puntos,Motivo", "Id,Fecha de respuesta,Nota,Motivo"),
        *("ID,Data,Pontuação,Motivo", "ID,Data,Punteggio,Motivo", "ID,Datum,Cijfers,Reden"),
        *("ID,Date,Appréciation,Motif", "ID,Data,Ocena,Powód"),
    ],
)
def test_an_id_a_day_and_a_mark_look_like_a_survey(headers: str) -> None:
    rows = [f"r{n},2025-06-0{n},{n % 6},text {n}" for n in range(1, 9)]
    found = recognise(table(headers, *rows), None, {}, {})
    assert found.looks_like == "surveys"
    with pytest.raises(NotUnderstoodError) as asked:
        understand(table(headers, *rows), Instructions())
    assert asked.value.kind == "surveys"


@pytest.mark.parametrize(
    ("headers", "rank", "year"),
    [
        ("University,Rank 2024", "Rank 2024", "2024"),
        ("University,2024 Rank,Score", "2024 Rank", "2024"),
        ("Université,Rang 2024", "Rang 2024", "2024"),
        ("University,Rank 2023,Rank 2024", "Rank 2024", "2024"),
        ("University,2023/24 World Rank", "2023/24 World Rank", "2024"),
    ],
)
def test_a_rank_with_a_year_is_the_rank_and_the_year(headers: str, rank: str, year: str) -> None:
    rows = [",".join([f"U{n}", *[str(n)] * headers.count(",")]) for n in range(1, 6)]
    found = recognise(table(headers, *rows), None, {}, {})
    assert (found.dataset.kind, found.mapping["rank"]) == ("rankings", rank)
    assert (found.constants, found.missing) == ({"year": year}, (("publisher",),))
    assert any(f"Year: {year}" in reason for reason in found.why)


PLACES = ("1,Zeta", "2,Alpha", "3,Mu")


@pytest.mark.parametrize(
    ("headers", "rows", "some"),
    [
        ("Rang,Kasse", PLACES, {"rank": "Rang", "brand": "Kasse"}),
        ("Lugar,Aseguradora", PLACES, {"rank": "Lugar", "brand": "Aseguradora"}),
        ("N°,Hôpital", PLACES, {"rank": "N°", "brand": "Hôpital"}),
        ("#,Energy company", PLACES, {"rank": "#", "brand": "Energy company"}),
        # Names twice, two columns of names, a list from A to Z, numbers of another list.
        ("Rank,Energy", ("1,Zeta", "2,Alpha", "3,Zeta"), {"rank": "Rank"}),
        ("Rank,Energy,Tariff", ("1,Zeta,Sun", "2,Alpha,Moon"), {"rank": "Rank"}),
        ("#,Bank", ("1,Alpha", "2,Mu", "3,Zeta"), {"brand": "Bank"}),
        ("#,Bank,Branches", ("1,Zeta,9", "2,Alpha,80", "3,Mu,7"), {"brand": "Bank"}),
    ],
)
def test_the_only_names_of_a_ranking_are_what_is_ranked(
    headers: str, rows: tuple[str, ...], some: dict[str, str]
) -> None:
    constants = {"year": "2024", "publisher": "P"}
    assert recognise(table(headers, *rows), "rankings", {}, constants).mapping == some


def test_names_alone_make_no_ranking_of_a_file_that_nobody_calls_one() -> None:
    assert "brand" not in recognise(table("Rang,Kasse", *PLACES), None, {}, {}).mapping


def test_a_year_that_was_said_or_stands_in_a_column_is_not_overruled() -> None:
    rows = ("U1,1,2019", "U2,2,2019")
    in_column = recognise(table("University,Rank 2024,Year", *rows), "rankings", {}, {})
    said = recognise(table("University,Rank 2024,Note", *rows), None, {}, {"year": "2020"})
    assert (in_column.mapping["year"], in_column.constants) == ("Year", {})
    assert (said.dataset.kind, said.constants, said.missing) == ("rankings", {}, (("publisher",),))


@pytest.mark.parametrize(
    ("cells", "column"),
    [(("2025-06-03 09:00", "2025-06-04 10:00"), "replied_at"), (("yes", "no"), "replied")],
)
def test_replied_is_a_time_or_a_yes_as_its_values_tell(cells: tuple[str, str], column: str) -> None:
    rows = [f"2025-06-0{n},{cell}" for n, cell in enumerate(cells, 1)]
    found = recognise(table("Received,Replied", *rows), None, {}, {})
    assert found.mapping == {"received_at": "Received", column: "Replied"}


def test_the_day_of_an_order_is_never_offered_as_what_was_promised() -> None:
    rows = ("O1,2025-06-03,9", "O2,2025-06-04,8")
    found = recognise(table("order_id,order_date,amount", *rows), None, {}, {})
    assert (found.dataset.kind, found.guesses) == ("deliveries", {})


def test_a_question_answered_in_words_is_known_by_its_own_words() -> None:
    words = ("Very satisfied", "Satisfied", "Neutral", "Dissatisfied", "Very dissatisfied")
    rows = [f"2025-06-0{n},{word}" for n, word in enumerate(words, 1)]
    found = recognise(table("Submitted at,How satisfied are you?", *rows), None, {}, {})
    assert (found.dataset.kind, found.mapping["csat"]) == ("surveys", "How satisfied are you?")


RECOMMENDS = "Würden Sie uns weiterempfehlen?"


@pytest.mark.parametrize("odd", ["7.5", "12", "no idea", "don't know", "keine Angabe", "9-10"])
@pytest.mark.parametrize(
    ("name", "header"), [("nps", RECOMMENDS), ("csat", "How satisfied were you?")]
)
def test_an_odd_answer_does_not_undo_what_a_question_asks(name: str, header: str, odd: str) -> None:
    rows = [f"R{n},2025-06-0{n},{n % 5 + 1}" for n in range(1, 6)] + [f"R6,2025-06-07,{odd}"]
    found = recognise(table(f"Response ID,Date submitted,{header}", *rows), "surveys", {}, {})
    assert found.mapping.get(name) == header


@pytest.mark.parametrize("answers", [("6.5", "7", "8.2"), ("70", "100", "9"), ("yes", "no", "7")])
def test_what_is_mostly_no_mark_is_no_recommendation(answers: tuple[str, ...]) -> None:
    rows = [f"R{n},2025-06-0{n},{answer}" for n, answer in enumerate(answers, 1)]
    found = recognise(table(f"Response ID,Date submitted,{RECOMMENDS}", *rows), "surveys", {}, {})
    assert "nps" not in found.mapping


def test_a_column_of_quarters_is_the_month_of_totals() -> None:
    rows = ("Q1 2024,Calls,10,9", "Q2 2024,Calls,10,8")
    found = recognise(table("Quarter,KPI,Due,Kept", *rows), None, {}, {})
    assert (found.dataset.kind, found.mapping["month"]) == ("totals", "Quarter")


def test_what_was_cancelled_or_late_is_never_offered_as_kept() -> None:
    rows = ("2025-01,600,5,40", "2025-02,580,2,30")
    headers = table("Mois,Trains prévus,Trains annulés,Trains en retard", *rows)
    with pytest.raises(RefusedError) as caught:
        understand(headers, Instructions(kind="totals"))
    assert "--map 'due=Trains prévus'" in str(caught.value)
    assert "--map kept=HEADER" in str(caught.value)


def test_where_nothing_can_be_guessed_no_guess_is_announced() -> None:
    with pytest.raises(RefusedError) as caught:
        understand(table("Brand,1,2", "B1,19,15", "B2,30,21"), Instructions())
    assert "Best guesses" not in str(caught.value)
    assert "--kind" in str(caught.value)


@pytest.mark.parametrize(
    "header",
    [
        *("Quelle est la probabilité que vous nous recommandiez ?", "Recommandation"),
        *("Note de recommandation", "¿Qué probabilidad hay de que nos recomiende?"),
    ],
)
def test_a_recommendation_is_known_by_any_form_of_its_verb(header: str) -> None:
    rows = ("2025-06-03,10", "2025-06-04,8", "2025-06-05,0")
    found = recognise(table(f"Submitted at,{header}", *rows), "surveys", {}, {})
    assert found.mapping["nps"] == header


@pytest.mark.parametrize(
    "header",
    [
        *("Date d'invitation", "Survey sent at", "Sent at", "Envoyé le", "Date d'envoi"),
        *("Date d'envoi de l'enquête", "Sollicité le", "Versanddatum", "Fecha de envío"),
    ],
)
def test_when_a_survey_was_sent_is_when_it_was_invited(header: str) -> None:
    rows = ("R1,2025-06-03,2025-06-04,9", "R2,2025-06-03,,")
    found = recognise(table(f"Response ID,{header},Answered at,NPS", *rows), None, {}, {})
    assert (found.dataset.kind, found.mapping.get("invited_at")) == ("surveys", header)


def test_what_was_sent_and_answered_stays_an_e_mail() -> None:
    rows = ("1,2025-06-03,2025-06-04,Nord", "2,2025-06-03,,Sud")
    found = recognise(table("Id,Date d'envoi,Date de réponse,Marque", *rows), None, {}, {})
    assert (found.dataset.kind, found.mapping["replied_at"]) == ("emails", "Date de réponse")


def test_signs_for_nothing_do_not_speak_against_a_time() -> None:
    rows = ("1,2025-06-03,Closed,2025-06-04", *(f"{n},2025-06-03,Open,-" for n in range(2, 7)))
    found = recognise(table("Id,Created,Status,Ticket completed time", *rows), None, {}, {})
    assert found.mapping.get("solved_at") == "Ticket completed time"


def test_what_many_rows_lack_is_not_their_id_where_they_can_do_without() -> None:
    headers = "Response ID,Answered at,CSAT"
    rows = [f"R{n},2025-06-03,5" for n in range(1, 20)]
    assert recognise(table(headers, *rows, *rows), None, {}, {}).mapping["response_id"]
    found = recognise(table(headers, *rows, ",2025-06-04,4", ",2025-06-05,1"), None, {}, {})
    assert "response_id" not in found.mapping
    assert "“Response ID” is no id: rows lack it" in found.why
    said = recognise(table(headers, ",2025-06-04,4"), None, {"response_id": "Response ID"}, {})
    assert said.mapping["response_id"] == "Response ID"


def test_ratings_of_a_store_without_a_text_have_no_link_and_count() -> None:
    headers = (
        "Reviewer Language,App Version Name,Review Submit Date and Time,"
        "Review Last Update Date and Time,Star Rating,Developer Reply Text,Review Link"
    )
    day = "2025-01-06T09:00:00Z,2025-01-06T09:00:00Z"
    found = recognise(
        table(headers, *[f"fr,1,{day},5,,"] * 2, f"fr,1,{day},1,,http://x"), None, {}, {}
    )
    assert found.match
    assert found.match.format.id == "google_play"
    assert "response_id" not in found.mapping


@pytest.mark.parametrize(
    ("headers", "clocks", "created", "solved"),
    [
        (
            "Ticket;Date création;Heure création;Date clôture;Heure clôture",
            ("09:00", "15h30"),
            "Date création + Heure création",
            "Date clôture + Heure clôture",
        ),
        (
            "Ticket;Created Date;Created Time;Closed Date;Closed Time",
            ("9:00 AM", "3:30 PM"),
            "Created Date + Created Time",
            "Closed Date + Closed Time",
        ),
        (
            "Ticket;Erstellt am;Uhrzeit;Gelöst am;Zeit",
            ("9:00", "15:30"),
            "Erstellt am + Uhrzeit",
            "Gelöst am + Zeit",
        ),
        # Neither a wait nor a time of its own is the time of day of another column.
        (
            "Ticket;Created;First response time;Closed;Time spent",
            ("9:00", "15:30"),
            "Created",
            "Closed",
        ),
    ],
)
def test_a_time_of_day_belongs_to_the_day_that_it_stands_beside(
    headers: str, clocks: tuple[str, str], created: str, solved: str
) -> None:
    days = ("06/01/2025", "17/01/2025")
    rows = [f"{n},{day},{clocks[0]},{day},{clocks[1]}" for n, day in enumerate(days)]
    rows.append("9,18/01/2025,8:00,,")
    found = recognise(table(headers.replace(";", ","), *rows), "tickets", {}, {})
    assert (found.mapping["created_at"], found.mapping["solved_at"]) == (created, solved)


@pytest.mark.parametrize(
    ("headers", "some"),
    [
        (
            "ID de la demande,Heure de création,Date de réponse,Statut de la demande",
            {"first_reply_at": "Date de réponse", "status": "Statut de la demande"},
        ),
        ("Clé de ticket,Création,État", {"ticket_id": "Clé de ticket"}),
        ("Numer zgłoszenia,Data utworzenia,Status", {"ticket_id": "Numer zgłoszenia"}),
        (
            "Request ID,Created Time,Responded Date,Number of Reopen,Replies sent",
            {"first_reply_at": "Responded Date", "reopens": "Number of Reopen"}
            | {"agent_replies": "Replies sent"},
        ),
    ],
)
def test_help_desks_call_their_columns_by_words_of_their_own(
    headers: str, some: dict[str, str]
) -> None:
    found = recognise(table(headers), "tickets", {}, {})
    assert some.items() <= found.mapping.items()


def test_whether_there_was_a_reply_is_asked_as_people_do() -> None:
    found = recognise(table("Reçu le,A répondu", "2025-06-03,oui", "2025-06-04,non"), None, {}, {})
    assert (found.dataset.kind, found.mapping["replied"]) == ("emails", "A répondu")


def test_surveymonkey_is_known_in_french() -> None:
    headers = "ID du répondant,ID du collecteur,Date de début,Date de fin,Adresse IP,Vous êtes"
    found = recognise(table(headers, "1,2,2025-06-03,2025-06-03,::1,client"), None, {}, {})
    assert found.dataset.kind == "surveys"
    assert found.mapping["answered_at"] == "Date de fin"


def test_answers_that_were_keyed_in_are_a_survey_and_tickets_stay_tickets() -> None:
    rows = ("1,13/01/2025 09:00:00,Très satisfait,10", "2,14/01/2025 09:00:00,Satisfait,2")
    found = recognise(table("CLE,DATE_SAISIE,Satisfaction_globale,NPS", *rows), None, {}, {})
    assert (found.dataset.kind, found.mapping["answered_at"]) == ("surveys", "DATE_SAISIE")
    found = recognise(table("Numéro,Date de saisie,Statut", "1,13/01/2025,Clos"), None, {}, {})
    assert found.dataset.kind == "tickets"
