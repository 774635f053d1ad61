"""Files from the wild: header and rows as Python's own csv module, or a person, reads them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from service_quality.base.errors import RefusedError
from service_quality.ingest.read.table import open_table, rows_of
from service_quality.ingest.recognise.instructions import FileForm

REAL = Path(__file__).parents[3] / "shared" / "realdata"
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real files is absent")
POLLUTED = REAL / "pollock-polluted"
OFFICIAL = REAL / "pollock-ukgov"


def ours(path: Path, said: FileForm | None = None) -> list[list[str]]:
    table = open_table(path, form=said)
    return [list(table.headers), *([cell or "" for cell in row] for row in rows_of(table))]


def theirs(path: Path, delimiter: str = ",") -> list[list[str]]:
    text = path.read_bytes().decode("utf-8-sig")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows_with_text = ([cell.replace("\r\n", "\n") for cell in row] for row in rows if any(row))
    return list(rows_with_text)


@pytest.mark.parametrize(
    "name",
    [
        "double_trailing_newline",
        "escape_char_0x5C",
        "field_delimiter_0x2C_0x20",
        "field_delimiter_0x3B",
        "field_delimiter_0x9",
        "header_multirow_2",
        "header_multirow_3",
        "multitable_same",
        "no_trailing_newline",
        "preamble",
        "quotation_char_0x27",
        "record_delimiter_0xA",
        "record_delimiter_0xD",
    ],
)
def test_a_polluted_table_is_the_clean_one(name: str) -> None:
    clean = theirs(POLLUTED / "file_record_delimiter_0xA.csv")
    assert len(clean) == 84
    assert ours(POLLUTED / f"file_{name}.csv") == clean


def test_a_polluted_table_of_few_lines_or_without_a_header() -> None:
    clean = theirs(POLLUTED / "file_record_delimiter_0xA.csv")
    assert ours(POLLUTED / "file_header_only.csv") == clean[:1]
    assert ours(POLLUTED / "file_one_data_row.csv") == clean[:2]
    numbered = [f"column_{n}" for n in range(1, 10)]
    assert ours(POLLUTED / "file_no_header.csv") == [numbered, *clean[1:]]
    with pytest.raises(RefusedError, match="is empty"):
        ours(POLLUTED / "file_no_payload.csv")


def test_the_second_of_two_tables() -> None:
    path = POLLUTED / "file_multitable_same.csv"
    assert [len(ours(path, FileForm(table=n))) for n in (1, 2)] == [84, 83]


# Header and rows counted by eye: titles, rows of separators and totals do not count.
@pytest.mark.parametrize(
    ("name", "columns", "rows", "first", "last"),
    [
        ("2004-2016", 14, 965, "Diffusion tube", "BS1 HB"),
        ("Consular_cases_April_2016", 82, 309, "Apr-16", "Zurich"),
        ("Copy_of_2016-17_Q3_Final_V2", 12, 748, "Name", "Oppenheim, Mr. Jeremy"),
        ("Oct_2013", 67, 326, "Oct-13", "Zurich"),
        (
            "Wakefield Council Procurement Card Transactions 2018-19 Q2",
            *(23, 4469, "Organisation Name", "Wakefield MDC"),
        ),
        ("Wine_Cellar_Consumption_dataset_14-15", 4, 223, "Country/Region", "WINES SOLD"),
        ("moj-aramis-data-march-11", 7, 871, "ENTITY", "HMCS"),
        ("planning-application-aug-17", 19, 2146, "CASE REFERENCE", "17/00895/FUL"),
        ("public-toilet-borough-grid", 18, 33, "BOROUGH", "City of Westminster"),
        (
            "rape_table_3_prosecution_outcomes_0708_1314",
            *(15, 12, "Prosecution Outcomes", "Total Prosecutions"),
        ),
        (
            "workforce-management-information-dft_201706",
            *(41, 10, "Organisation name", "Trinity House"),
        ),
    ],
)
def test_an_official_file(name: str, columns: int, rows: int, first: str, last: str) -> None:
    table = ours(OFFICIAL / f"{name}.csv")
    assert (len(table[0]), len(table) - 1) == (columns, rows)
    assert (table[0][0], table[-1][0]) == (first, last)


def test_three_rows_of_official_headers_are_joined() -> None:
    header = ours(OFFICIAL / "workforce-management-information-dft_201706.csv")[0]
    assert header[4] == "Payroll staff AO/AA Full-time \nequivalent"
    assert header[27] == "Grand Total \n(workforce numbers) Headcount"
    assert header[29] == "Payroll staff costs Salary"


@pytest.mark.parametrize(
    ("name", "delimiter"),
    [
        ("kaggle-support-tickets/customer_support_tickets.csv", ","),
        ("kpi-tickets-small/customer_support_tickets.csv", ","),
        ("limesurvey-patrimoine/results-survey4914.tsv", "\t"),
        ("nhs-ae/ae_attendances.csv", ","),
        ("servicenow-incidents/incident_event_log__ddmmyyyy_dash.csv", ","),
        ("sfo-survey-open/2012_SFO_Customer_Survey_20250817.csv", ","),
        ("sfo-survey-open/2013_SFO_Customer_Survey_20250817.csv", ","),
        ("sfo-survey-open/2014_SFO_Customer_Survey_20250817.csv", ","),
        ("skytrax-reviews/lounge.csv", ","),
        ("skytrax-reviews/seat.csv", ","),
        ("sncf-regularite/regularite-mensuelle-intercites.csv", ";"),
        ("sncf-regularite/regularite-mensuelle-tgv-aqst.csv", ";"),
        ("use-fai-emails/online_exp_emails_sent.csv", ","),
        ("use-fai-emails/online_exp_response_data.csv", ","),
    ],
)
def test_an_export_reads_as_python_reads_it(name: str, delimiter: str) -> None:
    assert ours(REAL / name) == theirs(REAL / name, delimiter)


@pytest.mark.parametrize(("name", "line"), [("sample", 3), ("sample_legacy", 2)])
def test_qualtrics_header_rows_are_no_answers(name: str, line: int) -> None:
    path = REAL / "qualtrics-fixtures" / f"{name}.csv"
    table, rows = ours(path), theirs(path)
    assert [row[0] for row in table[1:]] == [row[0] for row in rows[line:]]
    assert table[0][0] == " ".join(row[0] for row in rows[:2])
