"""Support tickets: one row is one ticket, its newest version wins."""

from service_quality.datasets.base import Column, Dataset, Rule, dimensions
from service_quality.i18n import N_

STATUS_WORDS: dict[str, tuple[str, ...]] = {
    "solved": ("solved", "resolved", "resolu", "resolue", "gelost", "done", "completed"),
    "closed": ("closed", "clos", "close", "ferme", "fermee", "cloture", "geschlossen"),
}

DATASET = Dataset(
    kind="tickets",
    title=N_("Support tickets"),
    order=1,
    columns=(
        Column(
            "ticket_id",
            "text",
            N_("Ticket id"),
            ("ticket id", "id", "ticket", "ticket number", "number", "issue key", "numero"),
            needed=True,
        ),
        Column(
            "created_at",
            "time",
            N_("Created"),
            (
                "created at",
                "created",
                "created time",
                "created date",
                "creation date",
                "date created",
                "opened at",
                "opened",
                "date d ouverture",
                "date de creation",
                "cree le",
            ),
            needed=True,
            event=True,
        ),
        Column(
            "updated_at",
            "time",
            N_("Last updated"),
            (
                "updated at",
                "updated",
                "last updated",
                "last updated time",
                "sys updated at",
                "derniere modification",
                "modifie le",
            ),
            event=True,
        ),
        Column(
            "first_reply_at",
            "time",
            N_("First reply"),
            ("first reply at", "first response at", "first reply", "initial response time"),
            event=True,
        ),
        Column(
            "solved_at",
            "time",
            N_("Solved"),
            (
                "solved at",
                "resolved at",
                "resolved",
                "resolved time",
                "resolved date",
                "date de resolution",
                "resolu le",
            ),
            event=True,
        ),
        Column(
            "due_at",
            "time",
            N_("Due"),
            ("due at", "due date", "due by time", "sla due date", "echeance"),
        ),
        Column(
            "status",
            "text",
            N_("Status"),
            ("status", "ticket status", "state", "incident state", "current status", "statut"),
            words=STATUS_WORDS,
        ),
        Column(
            "priority",
            "text",
            N_("Priority"),
            ("priority", "ticket priority", "priorite"),
            kept=False,
        ),
        Column(
            "agent_replies",
            "integer",
            N_("Replies by agents"),
            ("agent replies", "replies", "agent interactions"),
            low=0,
        ),
        Column(
            "reopens",
            "integer",
            N_("Times reopened"),
            ("reopens", "reopen count", "reopened"),
            low=0,
        ),
        *dimensions(contact=True),
    ),
    key=("source", "ticket_id"),
    id_column="ticket_id",
    newest_by="updated_at",
    moment=("created_at",),
    steady=("created_at",),
    rules=(
        Rule(
            "replied_before_created",
            "first_reply_at",
            ("first_reply_at", "created_at"),
            N_("a first reply after the ticket was created"),
            lambda col: col("first_reply_at") >= col("created_at"),
        ),
        Rule(
            "solved_before_created",
            "solved_at",
            ("solved_at", "created_at"),
            N_("solved after the ticket was created"),
            lambda col: col("solved_at") >= col("created_at"),
        ),
    ),
)
