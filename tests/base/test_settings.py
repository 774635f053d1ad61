"""settings.toml: what it says is taken, what makes no sense is named with its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from service_quality.base.errors import UsageError
from service_quality.base.settings import (
    FILE_NAME,
    Settings,
    change_status_words,
    data_folder,
    load,
)


def given(folder: Path, text: str | bytes) -> Settings:
    content = text if isinstance(text, bytes) else text.encode()
    (folder / FILE_NAME).write_bytes(content)
    return load(folder)


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load(tmp_path) == Settings()
    assert load(tmp_path / "absent") == Settings()


def test_what_is_stated_is_taken_and_the_rest_stays(tmp_path: Path) -> None:
    settings = given(
        tmp_path,
        'timezone = "Europe/Lisbon"\nreply_promise_hours = 8\nfocus_brand = "Séphanie"\n'
        '[dimension_labels]\nbrand = "Trust"\n[totals_better]\nlifts_out_of_order = "lower"\n',
    )
    assert settings == Settings(
        timezone="Europe/Lisbon",
        reply_promise_hours=8,
        focus_brand="Séphanie",
        dimension_labels={"brand": "Trust"},
        totals_better={"lifts_out_of_order": "lower"},
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("reply_promise_hour = 8", "'reply_promise_hour'.*reply_promise_hours"),
        ('reply_promise_hours = "8"', "reply_promise_hours = '8'.*int"),
        ("reply_promise_hours = 8.5", "reply_promise_hours = 8.5"),
        ("reply_promise_hours = true", "reply_promise_hours = True"),
        ("reply_promise_hours = -1", "reply_promise_hours = -1"),
        ("reply_within_days = 100001", "reply_within_days = 100001"),
        ("focus_brand = 5", "focus_brand = 5"),
        ("dimension_labels = 'Trust'", "dimension_labels"),
        ("timezone = 'Mars/Olympus'", "Mars/Olympus.*Europe/Paris"),
        ("timezone = '../etc'", "time zone"),
        ("mystery_no_marks_hours = 1", "mystery_no_marks_hours = 1 .*more than"),
        ("mystery_full_marks_hours = 50", "mystery_full_marks_hours = 50"),
        (
            "mystery_delay_weight = 0\nmystery_quality_weight = 0\nmystery_welcome_weight = 0",
            "mystery_delay_weight",
        ),
        ("timezone = ", "not valid TOML"),
        (b"focus_brand = '\xe9'", "not valid TOML"),
    ],
)
def test_what_makes_no_sense_is_named_with_its_file(
    tmp_path: Path, text: str | bytes, said: str
) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        given(tmp_path, text)
    assert FILE_NAME in str(caught.value)


@pytest.mark.parametrize("hours", [0, 100_000])
def test_the_ends_of_a_range_are_allowed(tmp_path: Path, hours: int) -> None:
    assert given(tmp_path, f"reply_promise_hours = {hours}").reply_promise_hours == hours


def test_queries_get_the_numbers_and_nothing_else() -> None:
    parameters = Settings(focus_brand="x").query_parameters()
    assert parameters["reply_within_days"] == 30
    assert set(map(type, parameters.values())) == {int}


@pytest.mark.parametrize("name", ["SERVICE_QUALITY_STORE", "SERVICE_QUALITY_DATA"])
def test_a_bucket_is_no_data_folder(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "s3://quality/data")
    with pytest.raises(UsageError, match=r"'s3://quality/data' is no folder.*NFS"):
        data_folder()


def test_the_data_folder_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE_QUALITY_DATA", "elsewhere")
    assert data_folder() == Path("elsewhere")
    for unset in ("", None):
        if unset is None:
            monkeypatch.delenv("SERVICE_QUALITY_DATA")
        else:
            monkeypatch.setenv("SERVICE_QUALITY_DATA", unset)
        assert data_folder() == Path("data")


def test_status_words_are_written_and_all_else_stays(tmp_path: Path) -> None:
    text = (
        "# ours\nreply_promise_hours = 8\n\n[status_words]\n# old\nparked = 'open'\n\n"
        "[dimension_labels]\nbrand = 'Trust'\n"
    )
    assert given(tmp_path, text).status_words == {"parked": "open"}
    change_status_words(
        tmp_path, {'chez "l’avocat"': "open", "perdu": "ended", "parked": None, "unknown": None}
    )
    now = load(tmp_path)
    assert now.status_words == {'chez "l’avocat"': "open", "perdu": "ended"}
    assert (now.reply_promise_hours, now.dimension_labels) == (8, {"brand": "Trust"})
    assert (tmp_path / FILE_NAME).read_text(encoding="utf-8").startswith("# ours\n")
    change_status_words(tmp_path, {'chez "l’avocat"': None, "perdu": None})
    assert load(tmp_path).status_words == {}


def test_status_words_that_make_no_sense_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="one of open, solved"):
        change_status_words(tmp_path, {"perdu": "lost"})
    given(tmp_path, "status_words = {parked = 'open'}\n")
    with pytest.raises(UsageError, match="by hand"):
        change_status_words(tmp_path, {"perdu": "ended"})
    assert load(tmp_path).status_words == {"parked": "open"}
