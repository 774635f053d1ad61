"""The monthly report from the command line: what stands in the PDF, and what is refused."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests import papers
from tests.cli.driving import CommandLine
from tests.factories import Store

HOSTILE = "#import <b> $x$ *a* @b \\ " + "W" * 200
MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]


def _emails(brands: tuple[str, str] = ("Nord", "Sud")) -> list[dict[str, object]]:
    """Return 40 e-mails a month for two years, one on each day of 20: all answered in 5 hours.

    Those of the second brand were not answered in 2025.
    """
    rows: list[dict[str, object]] = []
    for month in MONTHS:
        first = date.fromisoformat(f"{month}-01")
        for day in range(20):
            for number, brand in enumerate(brands):
                at = f"{first + timedelta(days=day)} 10:00"
                never = number == 1 and month >= "2025"
                replied = None if never else f"{first + timedelta(days=day)} 15:00"
                key = f"{month}-{day}-{number}"
                rows.append(
                    {"email_id": key, "received_at": at, "replied_at": replied, "brand": brand}
                )
    # The last event: December can be judged.
    rows.append({"email_id": "end", "received_at": "2026-02-20 10:00", "brand": brands[0]})
    return rows


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the e-mails in it, made once."""
    folder = tmp_path_factory.mktemp("mails") / "data"
    store = Store(folder)
    store.load("emails", _emails(), at=datetime(2026, 3, 1))
    store.warehouse.close()
    return folder


@pytest.fixture
def mails(sq: CommandLine, built: Path) -> CommandLine:
    shutil.copytree(built, sq.data)
    return sq


def _report(sq: CommandLine, *words: str) -> bytes:
    target = sq.inbox / "report.pdf"
    ran = sq.run("report", "--month", "2025-12", "--out", target, *words)
    assert ran.code == 0, ran.err
    return target.read_bytes()


def test_data_of_one_kind_make_a_report_with_finding_figures_and_cases(mails: CommandLine) -> None:
    pdf = _report(mails)
    printed = papers.text(pdf)
    # 2025: 240 of 480 answered, 2024: 480 of 480.
    for words in ("E-mails answered", "50.0%", "480", "50.0 pts", "December 2025", "data to"):
        assert papers.squashed(words) in printed, words
    assert papers.squashed("The same data in the app") not in printed
    assert papers.squashed("Tickets") not in printed
    assert papers.fonts(pdf) == {"SourceSans3-Regular": True, "SourceSans3-SemiBold": True}
    assert papers.can_be_read_aloud(pdf)


def test_who_fell_in_the_ranking_stands_in_it(mails: CommandLine) -> None:
    """The second brand was as good as the first in 2024, and answered nobody in 2025."""
    printed = papers.text(_report(mails))
    sentence = "Sud fell furthest: from 1st to 2nd on “E-mails answered”, 2024 to 2025."
    assert papers.squashed(sentence) in printed
    assert papers.squashed("Of 2 ranked in both years, 1 fell and 0 rose") in printed
    # Of a month within the year, the year before is ranked.
    assert papers.squashed(sentence) not in papers.text(_report(mails, "--month", "2025-06"))


def test_in_french_all_words_are(mails: CommandLine) -> None:
    printed = papers.text(_report(mails, "--language", "fr"))
    for words in ("Rapport mensuel", "Décembre 2025", "50,0 %", "Ce que mesurent les indicateurs"):
        assert papers.squashed(words) in printed, words
    assert "Monthly" not in printed


def test_filters_narrow_the_report_and_stand_on_its_cover(mails: CommandLine) -> None:
    printed = papers.text(_report(mails, "--where", "brand=Nord"))
    assert papers.squashed("Brand: Nord") in printed
    assert papers.squashed("100.0%") in printed
    assert papers.squashed("50.0 pts") not in printed


def test_a_link_leads_to_the_same_data_where_the_address_is_known(mails: CommandLine) -> None:
    (address,) = papers.links(
        _report(mails, "--link-base", "https://quality.example.org/sq/", "--where", "brand=Nord")
    )
    start = "https://quality.example.org/sq/?from=2025-01-01&to=2025-12-31&brand=Nord&asof="
    assert address.startswith(start)
    (mails.data / "settings.toml").write_text('app_address = "https://other.example.org"')
    (address,) = papers.links(_report(mails))
    assert address.startswith("https://other.example.org/?from=")


def test_a_month_that_is_not_complete_is_refused_in_the_language_asked_for(
    mails: CommandLine,
) -> None:
    target = mails.inbox / "report.pdf"
    words = ("report", "--month", "2027-01", "--out", target)
    ran = mails.run(*words, "--lang", "fr")
    assert ran.code == 1
    assert "janv. 2027 ne peut pas encore" in ran.err
    assert not target.exists()


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--where", "colour=red"), 2, "no dimension colour"),
        (("--where", "brand=Ouest"), 1, "No measure has a value"),
        (("--month", "2025-13"), 2, "not a month"),
        (("--month", "9999-12"), 2, "not a month"),
        (("--month", "1950-01"), 1, "No measure has a value"),
        (("--link-base", "javascript:x"), 2, "not an address"),
        (("--language", "de"), 2, "invalid choice"),
    ],
)
def test_what_cannot_be_reported_is_a_sentence(
    mails: CommandLine, words: tuple[str, ...], code: int, sentence: str
) -> None:
    ran = mails.run("report", *words, "--out", mails.inbox / "report.pdf")
    assert (ran.code, sentence in ran.err) == (code, True), ran.err


def test_a_place_where_no_file_can_be_is_named_before_any_work(mails: CommandLine) -> None:
    ran = mails.run("report", "--out", mails.inbox / "nowhere" / "report.pdf")
    assert (ran.code, "there is no folder" in ran.err) == (2, True)
    ran = mails.run("report", "--out", mails.inbox)
    assert (ran.code, "is a folder" in ran.err) == (2, True)


def test_a_report_takes_the_place_of_the_one_before_as_a_whole(mails: CommandLine) -> None:
    (mails.inbox / "report.pdf").write_text("before")
    assert _report(mails).startswith(b"%PDF")
    assert [path.name for path in mails.inbox.iterdir()] == ["report.pdf"]


def test_without_data_there_is_a_sentence_and_no_file(sq: CommandLine) -> None:
    ran = sq.run("report", "--out", sq.inbox / "report.pdf")
    assert ran.code == 1
    assert "load a first file" in ran.err
    assert not Path(sq.inbox / "report.pdf").exists()
    assert not sq.data.exists()


def test_names_are_text_whatever_they_hold(sq: CommandLine) -> None:
    sq.load_rows("emails", _emails((HOSTILE, "日本 \U0001f600\u202e")))
    pdf = _report(sq)
    assert papers.squashed(HOSTILE[:59] + "…") in papers.text(pdf)
    assert papers.can_be_read_aloud(pdf)
    printed = papers.text(_report(sq, "--where", f"brand={HOSTILE}"))
    assert papers.squashed(f"Brand: {HOSTILE}") in printed
