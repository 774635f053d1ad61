"""E-mails sent to us, or by a mystery customer: one row is one e-mail and what became of it."""

from service_quality.base.language import N_
from service_quality.definitions.datasets.base import Column, Dataset, Rule, dimensions

REPLIED = (
    *("replied", "answered", "repondu", "a repondu", "reponse recue", "reply received"),
    *("was replied", "was answered", "got a reply", "beantwortet", "respondido", "risposto"),
)

DATASET = Dataset(
    kind="emails",
    title=N_("E-mails"),
    order=2,
    columns=(
        Column(
            "email_id", "text", N_("E-mail id"), ("email id", "e mail id", "message id", "mail id")
        ),
        Column(
            "received_at",
            "time",
            N_("Received"),
            (
                *("received at", "received", "date received", "sent at", "recu le", "envoye le"),
                *("date de reception", "empfangen am", "received date", "received on", "sent on"),
                *("date sent", "sent date", "received time", "date d envoi", "date envoi"),
                *("date reception", "recu", "envoye", "email received", "mail received at"),
                *("recibido", "recibido el", "fecha de recepcion", "enviado el", "recebido em"),
                *("data de recebimento", "enviado em", "eingegangen am", "ontvangen op"),
                *("ricevuto il", "data di ricezione"),
            ),
            needed=True,
            event=True,
        ),
        Column(
            "replied_at",
            "time",
            N_("Replied"),
            (
                "replied at",
                "reply at",
                "date replied",
                "answered at",
                "repondu le",
                "date de reponse",
                *("reply date", "reply time", "replied on", "response date", "responded at"),
                *("response at", "answered on", "answer date", "date answered", "date reponse"),
                *("reponse le", "respondido el", "fecha de respuesta", "respondido em"),
                *("data de resposta", "beantwortet am", "antwort am", "beantwoord op"),
                *("risposto il", "data di risposta", "replied", "answered", "repondu"),
            ),
            event=True,
        ),
        Column("replied", "yes_no", N_("Was there a reply?"), REPLIED),
        Column(
            "acknowledged_at",
            "time",
            N_("Automatic acknowledgement"),
            ("acknowledged at", "acknowledged", "accuse de reception"),
            event=True,
        ),
        Column("mystery", "yes_no", N_("Sent by a mystery customer"), ("mystery", "mystere")),
        Column(
            "quality_mark",
            "number",
            N_("Quality mark, 0 to 100"),
            ("quality mark", "quality", "qualite", "note de qualite"),
            low=0,
            high=100,
        ),
        Column(
            "welcome_mark",
            "number",
            N_("Welcome mark, 0 to 100"),
            ("welcome mark", "welcome", "accueil", "note d accueil"),
            low=0,
            high=100,
        ),
        Column(
            "spelling_errors",
            "integer",
            N_("Spelling mistakes"),
            ("spelling errors", "spelling mistakes", "fautes", "fautes d orthographe"),
            low=0,
        ),
        *dimensions(contact=True),
    ),
    key=("source", "email_id"),
    id_column="email_id",
    moment=("received_at",),
    steady=("received_at",),
    nouns=("email", "e mail", "mail", "message", "courriel"),
    in_order=(
        ("received_at", "acknowledged_at"),
        ("received_at", "replied_at"),
        ("acknowledged_at", "replied_at"),
    ),
    rules=(
        Rule(
            "replied_before_received",
            "replied_at",
            ("replied_at", "received_at"),
            N_("a reply after the e-mail was received"),
            lambda col: col("replied_at") >= col("received_at"),
            order=("received_at", "replied_at"),
        ),
        Rule(
            "acknowledged_before_received",
            "acknowledged_at",
            ("acknowledged_at", "received_at"),
            N_("an acknowledgement after the e-mail was received"),
            lambda col: col("acknowledged_at") >= col("received_at"),
            order=("received_at", "acknowledged_at"),
        ),
    ),
)
