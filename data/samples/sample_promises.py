"""Invents what our own customers were promised: orders and their days, promises, and remarks."""

from datetime import datetime, timedelta
from random import Random

from sample_brands import OURS, YEARS
from sample_contacts import TEAMS, tickets
from sample_draws import START, Row, years_since

# The last delivery that the export knows; what was promised for later is not yet due.
LAST_DELIVERY = datetime(2025, 12, 31, 18, 30)
PROMISE_COLUMNS = ("promise_id", "statement", "statement_fr", "kpi", "within", "at_most", "target")
PROMISES = (
    (
        *("reply", "We answer your message within a day.", "Nous répondons sous un jour."),
        *("first_reply_time", 24, None, "85 %", "2023-01-01"),
    ),
    (
        *("reply", "We answer your message within a day.", "Nous répondons sous un jour."),
        *("first_reply_time", 24, None, "90 %", "2024-07-01"),
    ),
    (
        *("parcel", "Your parcel comes on the day we said.", "Votre colis arrive le jour dit."),
        *("delivered_in_time", None, None, "90 %", "2023-01-01"),
    ),
    (
        *("right", "You receive what you ordered.", "Vous recevez ce que vous avez commandé."),
        *("delivered_correct", None, None, "97 %", "2023-01-01"),
    ),
    (
        *("told", "If we are late, we tell you.", "Si nous sommes en retard, nous vous le disons."),
        *("informed_of_delay", None, None, "80 %", "2024-01-01"),
    ),
    (
        *("spelling", "Our letters are free of mistakes.", "Nos courriers sont sans faute."),
        *("spelling_errors", None, 0, "50 %", "2023-01-01"),
    ),
    (
        *("regret", "Unhappy? We call you back.", "Mécontent ? Nous vous rappelons."),
        *("recovery_rate", None, None, "60 %", "2023-01-01"),
    ),
    (
        *("person", "A person picks up the phone.", "Une personne décroche le téléphone."),
        *("totals.calls_answered", None, None, "95 %", "2025-01-01"),
    ),
)
EVENT_COLUMNS = ("date", "text", "text_fr", "kind", "kpi", "dataset", "team")
EVENTS = (
    (
        *("2023-09-04", "New help desk", "Nouvel outil de tickets", "note"),
        *(None, "tickets", None),
    ),
    *(
        (
            *("2024-03-01", "The minimum is asked for in other words"),
            *("Question sur le minimum reformulée", "method_change", kpi, None, None),
        )
        for kpi in ("adequacy_gap", "below_minimum_rate", "in_tolerance_rate")
    ),
    (
        *("2025-02-03", "Nantes takes over the web shop's e-mails"),
        *("Nantes reprend les e-mails de la boutique en ligne", "note", None, "tickets", "Nantes"),
    ),
    (
        *("2025-06-02", "Toulouse opens a second depot", "Toulouse ouvre un second dépôt"),
        *("note", None, "deliveries", "Toulouse"),
    ),
)
# What a French reader meets instead of the values of the files.
NAMES = (
    *(
        ("topic", value, None, french)
        for value, french in (
            ("Account", "Compte client"),
            ("Delivery", "Livraison"),
            ("Payment", "Paiement"),
            ("Product", "Produit"),
            ("Returns", "Retours"),
        )
    ),
    ("channel", "Phone", None, "Téléphone"),
    ("channel", "Web form", None, "Formulaire en ligne"),
    ("kpi", "parcel_on_time", "Parcel on time", "Colis livré le jour dit"),
    ("kpi", "calls_answered", "Calls answered", "Appels décrochés"),
)


def promises() -> list[Row]:
    """Return the register of promises of our own brand, one of them raised on the way."""
    names = (*PROMISE_COLUMNS, "valid_from")
    return [{**dict(zip(names, row, strict=True)), "brand": OURS} for row in PROMISES]


def events() -> list[Row]:
    """Return the register of events: remarks, and one change of method."""
    return [dict(zip(EVENT_COLUMNS, row, strict=True)) for row in EVENTS]


def names() -> list[Row]:
    """Return the register of names: how values and a counted measure are shown."""
    columns = ("dimension", "value", "label", "label_fr")
    return [dict(zip(columns, row, strict=True)) for row in NAMES]


def deliveries(seed: str) -> list[Row]:
    """Return orders by the day promised: those that a ticket is about, and others."""
    rng = Random(f"deliveries {seed}")
    about = ("Delivery", "Product")
    rows: list[Row] = []
    for ticket in tickets(seed):
        if ticket["topic"] in about and rng.random() < 0.35:
            complaint = ticket["topic"] == "Delivery"
            promised = max(ticket["created_at"] - timedelta(days=rng.randint(0, 3)), START)
            late = 0.45 if complaint else 0.12
            row = _order(rng, promised, late, wrong=0.02 if complaint else 0.15)
            rows.append(row | {"team": ticket["team"], "contact_id": ticket["contact_id"]})
    for year in YEARS:
        for month in range(1, 13):
            for _again in range(25):
                promised = datetime(year, month, rng.randint(1, 28))
                team = rng.choice(sorted(TEAMS))
                slower = 0.03 * years_since(promised) * (team == "Toulouse")
                row = _order(rng, promised, 0.05 + slower, wrong=0.02)
                rows.append(row | {"team": team, "contact_id": None})
    rows.sort(key=lambda row: row["promised_at"])
    head = ({"order_id": f"A{200001 + i}"} for i in range(len(rows)))
    return [first | row | {"brand": OURS} for first, row in zip(head, rows, strict=True)]


def _order(rng: Random, promised: datetime, late: float, wrong: float) -> Row:
    """Return one order promised for a day; of a late one the customer is told, or not."""
    day = promised.replace(hour=0, minute=0, second=0)
    is_late = rng.random() < late
    shift = rng.randint(1, 6) if is_late else -rng.randint(0, 2)
    delivered = day + timedelta(days=shift, seconds=rng.randint(8 * 3600, 18 * 3600))
    known = delivered <= LAST_DELIVERY and rng.random() > 0.01 * is_late
    told = "yes" if rng.random() < 0.75 - 0.1 * years_since(day) else "no"
    return {
        "promised_at": f"{day:%Y-%m-%d}",
        "delivered_at": delivered if known else None,
        "correct": ("no" if rng.random() < wrong else "yes") if known else None,
        "informed": told if is_late else None,
    }
