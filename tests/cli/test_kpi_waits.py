"""Median and 9 in 10 of waits of which some have not ended, by hand."""

from tests.cli.driving import LONG_AFTER, CommandLine


def ticket(number: int, created: str, **cells: object) -> dict[str, object]:
    return {"ticket_id": f"T{number}", "created_at": created, **cells}


def waits(sq: CommandLine, minutes: list[int | None], **constants: object) -> None:
    """Tickets of one day, each first answered after so many minutes (None: never)."""
    rows = []
    for number, wait in enumerate(minutes):
        reply = None if wait is None else f"2024-03-01 {wait // 60:02d}:{wait % 60:02d}:00"
        rows.append(ticket(number, "2024-03-01 00:00:00", first_reply_at=reply))
    sq.load_rows("tickets", rows, **{"observed_until": LONG_AFTER, **constants})


def test_unreplied_tickets_still_wait_and_are_in_the_median(sq: CommandLine) -> None:
    waits(sq, [60, 120, 180, None, None])
    # of five, 1/5, 2/5, 3/5 were answered by 60, 120, 180 minutes; nine in ten never
    assert sq.one("first_reply_time") == {"median": 180, "p90": None, "n": 5, "answered": 3}


def test_median_is_not_reached_when_fewer_than_half_were_answered(sq: CommandLine) -> None:
    waits(sq, [60, 120, None, None, None])
    assert sq.one("first_reply_time") == {"median": None, "p90": None, "n": 5, "answered": 2}


def test_median_is_the_first_time_at_which_half_were_answered(sq: CommandLine) -> None:
    waits(sq, [10, 20, 30, 40])
    assert sq.one("first_reply_time") == {"median": 20, "p90": 40, "n": 4, "answered": 4}


def test_nine_of_ten_answered_is_exactly_nine_tenths(sq: CommandLine) -> None:
    waits(sq, [10, 20, 30, 40, 50, 60, 70, 80, 90, 100])
    assert sq.one("first_reply_time") == {"median": 50, "p90": 90, "n": 10, "answered": 10}


def test_half_of_many_is_exactly_half_in_spite_of_floats(sq: CommandLine) -> None:
    waits(sq, [*range(1, 98), None])  # 98 tickets: the 49th answer makes one half
    row = sq.one("first_reply_time")
    assert (row["median"], row["p90"], row["n"]) == (49, 89, 98)


def test_a_wait_cut_short_by_the_end_of_the_data_leaves_the_risk_set(sq: CommandLine) -> None:
    sq.load_rows(
        "tickets",
        [
            ticket(1, "2024-03-09 00:00", first_reply_at="2024-03-09 01:00"),  # 60 minutes
            ticket(2, "2024-03-09 00:00", first_reply_at="2024-03-09 02:00"),  # 120
            ticket(3, "2024-03-10 08:00", first_reply_at="2024-03-10 12:00"),  # 240; end of data
            ticket(4, "2024-03-10 11:50", first_reply_at=None),  # still waiting, 10 minutes
            ticket(5, "2024-03-10 11:40", first_reply_at=None),  # still waiting, 20 minutes
        ],
    )
    # Kaplan-Meier: 1/3 answered by 60, 2/3 by 120, all by 240. Of all five rows the third, 240.
    assert sq.one("first_reply_time") == {"median": 120, "p90": 240, "n": 5, "answered": 3}


def test_a_reply_and_the_end_of_the_data_at_the_same_wait(sq: CommandLine) -> None:
    sq.load_rows(
        "tickets",
        [
            ticket(1, "2024-03-09 00:00", first_reply_at="2024-03-09 01:00"),
            ticket(2, "2024-03-10 11:00", first_reply_at=None),  # 60 minutes at the end of data
            ticket(3, "2024-03-10 12:00", first_reply_at=None),  # the end of data itself
        ],
    )
    # at 60 minutes two are still at risk, one is answered: one half, never nine tenths
    assert sq.one("first_reply_time") == {"median": 60, "p90": None, "n": 3, "answered": 1}


def test_resolution_time_leaves_out_a_closed_ticket_without_a_time(sq: CommandLine) -> None:
    sq.load_rows(
        "tickets",
        [
            ticket(1, "2024-03-01 00:00", solved_at="2024-03-01 10:00", status="solved"),
            ticket(2, "2024-03-01 00:00", solved_at="2024-03-01 20:00", status="closed"),
            ticket(3, "2024-03-01 00:00", solved_at=None, status="closed"),  # time unknown
            ticket(4, "2024-03-01 00:00", solved_at=None, status="Solved"),  # time unknown
            ticket(5, "2024-03-01 00:00", solved_at=None, status="open"),  # still waiting
        ],
        observed_until=LONG_AFTER,
    )
    assert sq.one("full_resolution_time") == {"median": 1200, "p90": None, "n": 3, "answered": 2}


def test_resolution_time_needs_no_status(sq: CommandLine) -> None:
    sq.load_rows(
        "tickets",
        [
            ticket(1, "2024-03-01 00:00", solved_at="2024-03-01 10:00"),
            ticket(2, "2024-03-01 00:00", solved_at=None),
        ],
        observed_until=LONG_AFTER,
    )
    assert sq.one("full_resolution_time") == {"median": 600, "p90": None, "n": 2, "answered": 1}


def test_a_stated_end_is_never_before_the_newest_event(sq: CommandLine) -> None:
    rows = [
        ticket(1, "2025-01-01 09:00", first_reply_at="2025-01-01 10:00"),
        ticket(2, "2025-02-28 09:00", first_reply_at=None),
        ticket(3, "2025-03-05 09:00", first_reply_at=None),
    ]
    # Tickets 2 and 3 came after what was said: they wait, from their first minute on. At an hour
    # two of three have waited as long, of which one is answered: a half.
    sq.load_rows("tickets", rows, observed_until="2025-01-31")
    assert sq.one("first_reply_time") == {"median": 60, "p90": None, "n": 3, "answered": 1}
    # Of the two that are a day old one was answered within it.
    in_time = sq.one("first_reply_in_time")
    assert (in_time["numerator"], in_time["n"]) == (1, 2)


def test_a_stated_end_may_be_that_of_the_calendar(sq: CommandLine) -> None:
    rows = [
        ticket(1, "2025-03-05 09:00", first_reply_at=None),
        ticket(2, "2025-03-05 09:00", first_reply_at="2025-03-05 10:00"),
    ]
    sq.load_rows("tickets", rows, observed_until="9999-12-31")
    assert sq.one("first_reply_time") == {"median": 60, "p90": None, "n": 2, "answered": 1}
    assert sq.one("first_reply_in_time")["value"] == 0.5
    assert sq.by("ticket_volume", "year")[2025] == 2


def test_a_stated_end_is_converted_as_other_times_are(sq: CommandLine) -> None:
    sq.data.mkdir(exist_ok=True)
    (sq.data / "settings.toml").write_text('timezone = "Europe/Paris"\n', encoding="utf-8")
    rows = [ticket(1, "2025-03-05 09:00", first_reply_at="2025-03-05 10:00")]
    sq.load_rows("tickets", rows, observed_until="2025-03-06T08:30:00Z")  # 9:30 in Paris: a day old
    assert sq.one("first_reply_in_time")["n"] == 1


def test_a_table_writes_large_numbers_out(sq: CommandLine) -> None:
    rows = [ticket(1, "2025-01-01 00:00", first_reply_at="2025-01-09 13:45")]
    sq.load_rows("tickets", rows)
    text = sq.run("kpi", "first_reply_time").out
    assert "12,345" in text
    assert "e+" not in text
