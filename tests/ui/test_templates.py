"""A template that someone fills in is taken for its kind, in every language of ours."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from service_quality.base import language
from service_quality.definitions.datasets import all_datasets
from service_quality.ingest.read.table import open_table
from service_quality.ingest.recognise.recognition import recognise
from service_quality.ui.loading import templates


@pytest.mark.parametrize("spoken", language.LANGUAGES)
@pytest.mark.parametrize("kind", all_datasets())
def test_its_headers_are_recognised_one_by_one(kind: str, spoken: str, tmp_path: Path) -> None:
    dataset = all_datasets()[kind]
    with language.using(spoken):
        headers = templates.headers(dataset)
        path = tmp_path / "filled.csv"
        path.write_text(",".join(headers) + "\n" + "," * (len(headers) - 1) + "\n")
        found = recognise(open_table(path), kind, {}, {})
    assert found.mapping == {column.name: header for header, column in headers.items()}
    assert not found.missing
    assert not [header for header in headers if "_" in header]


def test_it_is_a_workbook_whose_one_row_names_the_columns(tmp_path: Path) -> None:
    dataset = all_datasets()["emails"]
    path = tmp_path / templates.file_name(dataset)
    path.write_bytes(io.BytesIO(templates.workbook(dataset)).getvalue())
    assert open_table(path).headers == tuple(templates.headers(dataset))
