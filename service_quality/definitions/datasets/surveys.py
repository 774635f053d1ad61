"""Survey answers: one row is one response to one question, or an invitation without one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from service_quality.base.language import N_
from service_quality.definitions.datasets.base import Column, Dataset, Rule, dimensions

if TYPE_CHECKING:
    import polars as pl


def _on_scale(
    value: str, scale: str, default: str | None
) -> Callable[[Callable[[str], pl.Expr]], pl.Expr]:
    """Return the check that `value` lies between the ends that the text column `scale` names."""

    def holds(col: Callable[[str], pl.Expr]) -> pl.Expr:
        stated = col(scale) if default is None else col(scale).fill_null(default)
        low = stated.str.extract(r"^(-?\d+)", 1).cast(int)
        high = stated.str.extract(r"^-?\d+-(\d+)", 1).cast(int)
        return (col(value) >= low) & (col(value) <= high)

    return holds


EXPECTATIONS = {
    "minimum": (N_("Minimum expected"), ("minimum level", "minimum acceptable", "niveau minimum")),
    "desired": (N_("Desired"), ("desired level", "souhaite", "niveau souhaite")),
    "expected": (N_("Expected"), ("expectation", "attendu", "attente")),
    "perceived": (N_("Perceived"), ("perception", "perceived level", "percu", "niveau percu")),
}
# What people answer who are asked whether they would buy again, beside yes and no.
RETURN_WORDS: dict[str, tuple[str, ...]] = {
    "yes": (
        *("certainly", "definitely", "probably", "yes, certainly", "yes, probably"),
        *("certainement", "probablement", "sans doute"),
        *("oui, certainement", "oui, probablement"),
    ),
    "no": (
        *("certainly not", "definitely not", "probably not", "never", "no, never"),
        *("certainement pas", "probablement pas", "sans doute pas", "jamais", "non, jamais"),
    ),
}

# What an invitation is called that anything else could be too which was sent.
SENT = (
    *("sent at", "sent", "sent on", "sent date", "send date", "date d envoi", "envoi", "envoye le"),
    *("envoyee le", "versendet am", "versanddatum", "gesendet am", "fecha de envio", "enviado el"),
    *("data de envio", "enviado em", "data di invio", "inviato il", "verzonden op"),
    *("verzenddatum", "data wysylki", "wyslano"),
)

DATASET = Dataset(
    kind="surveys",
    title=N_("Survey answers"),
    order=3,
    columns=(
        Column(
            "response_id",
            "text",
            N_("Response id"),
            (
                *("response id", "respondent id", "respnum", "id reponse", "survey response id"),
                *("review id", "feedback id", "answer id", "submission id", "id avis"),
                *("id de la reponse", "id de respuesta", "id da resposta", "antwort id", "id"),
                *("bewertungs id", "umfrage id", "id resena", "id avaliacao", "id risposta"),
            ),
        ),
        Column(
            "answered_at",
            "time",
            N_("Answered"),
            (
                "answered at",
                "recordeddate",
                "recorded date",
                "end date",
                "submitdate",
                "date submitted",
                "completion time",
                "timestamp",
                *("horodateur", "marca temporal", "carimbo de data hora", "zeitstempel"),
                *("informazioni cronologiche", "tijdstempel", "sygnatura czasowa"),
                "repondu le",
                *(
                    "submitted at",
                    "submitted on",
                    "submission date",
                    "submit date",
                    "response date",
                ),
                *("responded at", "answered on", "date answered", "review date", "reviewed at"),
                *("feedback date", "rated at", "rating date", "survey date", "completed at"),
                *("date of review", "date published", "date de reponse", "date reponse"),
                *("bewertungsdatum", "datum der bewertung", "fecha de la resena", "fecha resena"),
                *("data da avaliacao", "data risposta", "data della risposta", "data recensione"),
                *("date de soumission", "date de l avis", "date avis", "fecha de respuesta"),
                *("data da resposta", "data de resposta", "beantwortet am", "datum abgeschickt"),
                *("date de saisie", "date saisie", "date enreg", "date d enregistrement"),
                *("date de remplissage", "review created", "review create time"),
                *("antwortdatum", "datum der antwort", "datum reactie", "data odpowiedzi"),
            ),
            event=True,
        ),
        Column(
            "invited_at",
            "time",
            N_("Invited"),
            (
                *("invited at", "invited", "invite le", "invitation date", "invitation sent"),
                *("invite sent", "survey sent", "sollicite le", "sollicitation"),
                *("date d invitation", "envoi de l invitation", "envoi de l enquete"),
                *("envoi du questionnaire", "enquete envoyee le", "questionnaire envoye le"),
                *("invitation envoyee le", "eingeladen am", "einladungsdatum", "invitado el"),
                *("fecha de invitacion", "data do convite", "convidado em", "data dell invito"),
                *("invitato il", "uitgenodigd op", "uitnodigingsdatum", "data zaproszenia"),
            ),
        ),
        Column("question", "text", N_("Question"), ("question",)),
        Column(
            "csat",
            "number",
            N_("Satisfaction"),
            (
                *("csat", "satisfaction", "customer satisfaction", "satisfaction score", "rating"),
                *("csat score", "csat rating", "satisfaction rating", "star rating", "stars"),
                *("review rating", "overall rating", "overall satisfaction", "note globale"),
                *("satisfaction globale", "note de satisfaction", "etoiles", "nombre d etoiles"),
                *("satisfaccion", "satisfacao", "zufriedenheit", "soddisfazione", "tevredenheid"),
            ),
        ),
        Column("csat_scale", "scale", N_("Scale of the satisfaction"), ("csat scale",)),
        Column(
            "nps",
            "number",
            N_("Would recommend"),
            (
                *(
                    "nps",
                    "nps score",
                    "recommend",
                    "nps rating",
                    "nps category",
                    "nps group",
                    "nps segment",
                ),
                *("nps type", "categorie nps", "groupe nps", "segment nps"),
                *("nps kategorie", "nps gruppe", "categoria nps", "nps categorie"),
            ),
        ),
        Column("nps_scale", "scale", N_("Scale of the recommendation"), ("nps scale",)),
        *dimensions(contact=True),
        Column(
            "ces",
            "number",
            N_("Agrees that it was easy, 1 to 7"),
            ("ces", "customer effort score", "customer effort", "effort client"),
        ),
        *(
            Column(name, "number", title, (name, *names))
            for name, (title, names) in EXPECTATIONS.items()
        ),
        Column("gap_scale", "scale", N_("Scale of the expectations"), ("gap scale",)),
        Column(
            "would_return",
            "yes_no",
            N_("Would buy again"),
            ("would return", "would buy again", "repurchase", "reviendrait", "racheterait"),
            words=RETURN_WORDS,
        ),
        Column(
            "recontacted_at",
            "time",
            N_("Contacted again"),
            ("recontacted at", "contacted again", "called back at", "recontacte le", "rappele le"),
            event=True,
        ),
    ),
    key=("source", "response_id", "question"),
    id_column="response_id",
    newest_by="answered_at",
    moment=("answered_at", "invited_at"),
    steady=("answered_at",),
    either=(("answered_at", "invited_at"),),
    identity=("question",),
    defaults=(("question", "overall"),),
    telling=(
        *("response_id", "invited_at", "csat", "nps", "ces", *EXPECTATIONS, "would_return"),
        "recontacted_at",
    ),
    nouns=("survey", "response", "review", "feedback", "answer", "rating", "avis", "reponse"),
    in_order=(("invited_at", "answered_at"), ("answered_at", "recontacted_at")),
    rules=(
        Rule(
            "off_the_scale",
            "csat",
            ("csat", "csat_scale"),
            N_("a point of the stated scale"),
            _on_scale("csat", "csat_scale", None),
            aside=True,
        ),
        Rule(
            "off_the_scale",
            "nps",
            ("nps", "nps_scale"),
            N_("a point of the stated scale"),
            _on_scale("nps", "nps_scale", "0-10"),
            aside=True,
        ),
        Rule(
            "off_the_scale",
            "nps",
            ("nps",),
            N_("a point from 0 to 10"),
            lambda col: col("nps").is_between(0, 10),
            aside=True,
            without=("nps_scale",),
        ),
        Rule(
            "not_a_whole_mark",
            "nps",
            ("nps",),
            N_("a whole mark: 6.5 is neither 6 nor 7"),
            lambda col: col("nps") == col("nps").floor(),
            aside=True,
        ),
        Rule(
            "off_the_scale",
            "ces",
            ("ces",),
            N_("a point from 1 to 7"),
            lambda col: col("ces").is_between(1, 7),
            aside=True,
        ),
        *(
            Rule(
                "off_the_scale",
                name,
                (name, "gap_scale"),
                N_("a point of the stated scale"),
                _on_scale(name, "gap_scale", None),
                aside=True,
            )
            for name in EXPECTATIONS
        ),
        Rule(
            "recontacted_before_answered",
            "recontacted_at",
            ("recontacted_at", "answered_at"),
            N_("contacted again after the answer"),
            lambda col: col("recontacted_at") >= col("answered_at"),
            order=("answered_at", "recontacted_at"),
        ),
        Rule(
            # The answer is there, so it is the invitation that cannot be.
            "answered_before_invited",
            "invited_at",
            ("answered_at", "invited_at"),
            N_("an invitation before the answer"),
            lambda col: col("answered_at") >= col("invited_at"),
            order=("invited_at", "answered_at"),
        ),
        Rule(
            "no_time",
            "answered_at",
            ("answered_at", "invited_at"),
            N_("a time of answer or of invitation"),
            lambda col: col("answered_at").is_not_null() | col("invited_at").is_not_null(),
            aside=True,
        ),
    ),
)
