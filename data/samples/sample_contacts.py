"""Invents our own contacts with customers: tickets, the survey after them, and parcels on time."""

import math
from datetime import datetime, timedelta
from itertools import product
from random import Random

from sample_brands import OURS, TOPICS, YEARS
from sample_draws import NORMAL, Row, in_office, shares, some_day, stratified, years_since

# The export was taken a week into January: the tickets of the last days had their time, too.
EXPORTED = datetime(2026, 1, 8, 18, 0)
# Invitations stop in time for the answers to fall within the year, the last of them on its last
# day: December is complete, and no later month begins.
LAST_INVITATION = datetime(2025, 12, 29, 10, 0)
LAST_ANSWER = datetime(2025, 12, 31, 21, 47, 5)
TEAMS = {"Lille": 0.30, "Lyon": 0.27, "Nantes": 0.23, "Toulouse": 0.20}
# Share of tickets; median hours to the reply and from there to the solution; target in hours.
CHANNELS = {
    "E-mail": (0.38, 4.5, 16.0, 96),
    "Phone": (0.27, 0.6, 4.0, 48),
    "Chat": (0.20, 0.15, 3.0, 48),
    "Web form": (0.15, 5.5, 18.0, 96),
}
SLOW = ("Nantes", "E-mail")
TICKETS = {2023: 2640, 2024: 2720, 2025: 2800}
MONTHS = (108, 92, 98, 94, 96, 98, 92, 84, 98, 102, 116, 122)


def tickets(seed: str) -> list[Row]:
    """Return three years of tickets by time created; one team slows down in one channel."""
    rng = Random(f"tickets {seed}")
    cells = list(product(TEAMS, CHANNELS))
    weights = [TEAMS[team] * CHANNELS[channel][0] for team, channel in cells]
    rows: list[Row] = []
    for year in YEARS:
        for (team, channel), n in zip(cells, shares(TICKETS[year], weights), strict=True):
            months = [m for m, k in enumerate(shares(n, MONTHS), 1) for _ in range(k)]
            for month, u in zip(months, stratified(rng, n), strict=True):
                rows.append(_ticket(rng, year, month, team, channel, u))
    rows.sort(key=lambda row: row["created_at"])
    ids = ({"ticket_id": 100001 + i, "contact_id": f"C{i + 1:05d}"} for i in range(len(rows)))
    return [head | row for head, row in zip(ids, rows, strict=True)]


def _ticket(rng: Random, year: int, month: int, team: str, channel: str, u: float) -> Row:
    """Return one ticket as it stood when exported; what came later is not in it."""
    first = datetime(year, month, 1)
    days = ((first + timedelta(days=31)).replace(day=1) - first).days
    if channel in ("Phone", "Chat"):
        created = some_day(rng, first, days, hours=(9, 18), weekend=0)
    else:
        created = some_day(rng, first, days, hours=(7, 23))
    _, to_reply, to_solve, target = CHANNELS[channel]
    # From February to June of the last year the queue of this one cell builds up, and stays.
    slow = (team, channel) == SLOW and year == YEARS[-1]
    factor = 1 + 0.8 * min(month - 1, 5) if slow else 1.0
    wait = to_reply * factor * math.exp(1.0 * NORMAL.inv_cdf(u))
    replied: datetime | None = in_office(rng, created + timedelta(hours=wait))
    answered = rng.random() > 0.025
    replies = 1 if rng.random() < 0.62 else 2 + int(rng.expovariate(1.0))
    reopens = 0 if rng.random() > 0.07 else 1 + (rng.random() < 0.15)
    work = to_solve * (replies - 0.5 + 3 * reopens) * math.exp(1.3 * rng.gauss())
    solved: datetime | None = in_office(rng, (replied or created) + timedelta(hours=work))
    if not answered:
        # Closed without a word, as spam or by mistake: nobody was replied to.
        replied, replies, reopens = None, 0, 0
        solved = in_office(rng, created + timedelta(days=rng.uniform(3, 15)))
    if replied and replied > EXPORTED:
        replied, replies = None, 0
    if solved and solved > EXPORTED:
        solved, reopens = None, 0
        replies = min(replies, 1)
    due = created + timedelta(hours=target) if rng.random() > 0.1 else None
    row: Row = {"created_at": created, "updated_at": solved or replied or created}
    row |= {"first_reply_at": replied, "solved_at": solved, "due_at": due}
    row |= {"status": _status(solved, replied), "agent_replies": replies, "reopens": reopens}
    return row | {"brand": OURS, "team": team, "channel": channel, "topic": rng.choice(TOPICS)}


def _status(solved: datetime | None, replied: datetime | None) -> str:
    """Return the help desk's word: it closes solved tickets after four weeks."""
    if solved:
        return "closed" if EXPORTED - solved > timedelta(days=28) else "solved"
    return "pending" if replied else "open"


def surveys(seed: str) -> list[Row]:
    """Return the invitations sent after solved tickets, and the answers of those who gave one."""
    rng = Random(f"surveys {seed}")
    rows = [row for ticket in tickets(seed) if (row := _invitation(rng, ticket))]
    rows.sort(key=lambda row: row["invited_at"])
    last = next(row for row in reversed(rows) if row["answered_at"])
    last["answered_at"] = LAST_ANSWER
    for year in YEARS:
        answers = [row for row in rows if row["answered_at"] and row["answered_at"].year == year]
        for row, u in zip(answers, stratified(rng, len(answers)), strict=True):
            row["csat"] = _csat(row, u)
            row["nps"] = _nps(rng, row["csat"]) if rng.random() > 0.04 else None
    # Draws of their own, so that the answers above stay what they are.
    more = Random(f"expectations {seed}")
    rows = [row | _further(more, row) for row in rows]
    ids = ({"response_id": f"R{i:05d}"} for i in range(1, len(rows) + 1))
    return [head | row for head, row in zip(ids, rows, strict=True)]


def _invitation(rng: Random, ticket: Row) -> Row | None:
    """Return the invitation that followed a ticket, or None: nobody is asked twice a season."""
    if not ticket["solved_at"] or rng.random() > 0.92:
        return None
    invited = ticket["solved_at"] + timedelta(minutes=rng.randint(20, 100))
    if invited > LAST_INVITATION:
        return None
    answered = None
    if rng.random() < 0.40 - 0.02 * years_since(invited):
        answered = invited + timedelta(seconds=int(3600 * min(rng.expovariate(1 / 14), 58)))
        if answered.hour < 7:
            answered += timedelta(hours=7 - answered.hour)
    row: Row = {"contact_id": ticket["contact_id"], "invited_at": invited, "answered_at": answered}
    row |= {"csat": None, "csat_scale": "1-5", "nps": None, "nps_scale": "0-10"}
    return row | {name: ticket[name] for name in ("brand", "team", "channel", "topic")}


def _csat(row: Row, u: float) -> int:
    """Return 1 to 5: satisfied customers stay as many, the very satisfied become fewer."""
    offset = {"Lille": 0.03, "Lyon": 0.01, "Nantes": -0.03, "Toulouse": -0.02}[row["team"]]
    best = 0.4415 + offset - 0.055 * years_since(row["answered_at"])
    edges = ((0.04, 1), (0.10, 2), (0.22, 3), (1 - best, 4))
    return next((point for edge, point in edges if u < edge), 5)


def _nps(rng: Random, csat: int) -> int:
    """Return 0 to 10: promoters are mostly found among the very satisfied."""
    mean, spread = {5: (9.4, 1.0), 4: (7.7, 1.3), 3: (6.2, 1.4), 2: (4.2, 1.6), 1: (2.0, 1.6)}[csat]
    return min(max(round(rng.gauss(mean, spread)), 0), 10)


def _further(rng: Random, row: Row) -> Row:
    """Return effort, expectations, return and recovery of an answer; nothing of an invitation."""
    names = ("ces", "minimum", "desired", "perceived", "gap_scale", "would_return")
    more: Row = dict.fromkeys((*names, "recontacted_at"))
    csat, answered = row["csat"], row["answered_at"]
    if answered is None:
        return more
    t = years_since(answered)
    # What customers would just accept rises year by year; what they get does not.
    minimum = min(max(round(rng.gauss(5.2 + 0.3 * t, 1.1)), 1), 8)
    desired = min(minimum + rng.choice((1, 2, 2, 3)), 9)
    served = {5: 8.2, 4: 6.9, 3: 5.6, 2: 4.1, 1: 2.7}[csat]
    more |= {"minimum": minimum, "desired": desired, "gap_scale": "1-9"}
    more["perceived"] = min(max(round(rng.gauss(served, 0.9)), 1), 9)
    more["ces"] = min(max(round(rng.gauss({5: 6.3, 4: 5.4, 3: 4.4, 2: 3, 1: 2}[csat], 1)), 1), 7)
    returns = rng.random() < {5: 0.93, 4: 0.64, 3: 0.36, 2: 0.14, 1: 0.05}[csat]
    more["would_return"] = "yes" if returns else "no"
    contacted = answered + timedelta(days=rng.expovariate(1 / (2.5 + 1.5 * t)), hours=4)
    if csat <= 2 and rng.random() < 0.85 - 0.08 * t and contacted < LAST_ANSWER:
        more["recontacted_at"] = contacted.replace(microsecond=0)
    return more


def totals(seed: str) -> list[Row]:
    """Return parcels due and on time: both teams improve while work moves to the slower one."""
    rng = Random(f"totals {seed}")
    rows: list[Row] = []
    for i in range(36):
        year, month = YEARS[0] + i // 12, i % 12 + 1
        due = int((1150 + 4 * i) * MONTHS[month - 1] / 100)
        slow_share = 0.16 + 0.0135 * i
        weights = {
            ("Lille", "Web form"): 0.7 * (1 - slow_share),
            ("Lille", "Phone"): 0.3 * (1 - slow_share),
            ("Toulouse", "Web form"): 0.7 * slow_share,
            ("Toulouse", "Phone"): 0.3 * slow_share,
        }
        for (team, channel), n in zip(weights, shares(due, list(weights.values())), strict=True):
            rate = (0.94 if team == "Lille" else 0.74) + 0.0012 * i + rng.gauss(0, 0.008)
            kept = round(n * min(rate - 0.01 * (channel == "Phone"), 1))
            row = {"month": f"{year}-{month:02d}", "kpi": "parcel_on_time", "due": n, "kept": kept}
            rows.append(row | {"brand": OURS, "team": team, "channel": channel})
    return rows
