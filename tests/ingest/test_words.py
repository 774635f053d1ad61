"""What a person said: kept as JSON, with a hash of what decides the reading."""

from service_quality.ingest.recognise.instructions import Said, Words


def test_words_come_back_as_they_were() -> None:
    words = Words(kind="tickets", no_answer={"csat": ("99",)}, said=Said("cp1252", header=3))
    assert Words.from_json(words.as_json()) == words


def test_words_of_before_still_read_and_keep_their_hash() -> None:
    older = (
        '{"constants": {}, "dates": {}, "kind": "tickets", "mapping": {}, "no_answer": {},'
        ' "source": null}'
    )
    assert Words.from_json(older) == Words(kind="tickets")
    assert Words(kind="tickets").as_json() == older


def test_another_reading_has_another_hash_and_leave_to_replace_has_not() -> None:
    hashes = {words.hash() for words in (Words(), Words(replace=True), Words(said=Said(table=2)))}
    assert len(hashes) == 2
