"""What a person said: kept as JSON, with a hash of what decides the reading."""

from service_quality.ingest.recognise.instructions import FileForm, Instructions


def test_words_come_back_as_they_were() -> None:
    words = Instructions(
        kind="tickets", no_answer={"csat": ("99",)}, form=FileForm("cp1252", header=3)
    )
    assert Instructions.from_json(words.as_json()) == words


def test_words_of_before_still_read_and_keep_their_hash() -> None:
    older = (
        '{"constants": {}, "dates": {}, "kind": "tickets", "mapping": {}, "no_answer": {},'
        ' "source": null}'
    )
    assert Instructions.from_json(older) == Instructions(kind="tickets")
    assert Instructions(kind="tickets").as_json() == older


def test_another_reading_has_another_hash_and_leave_to_replace_has_not() -> None:
    hashes = {
        words.hash()
        for words in (
            Instructions(),
            Instructions(replace=True),
            Instructions(form=FileForm(table=2)),
        )
    }
    assert len(hashes) == 2
