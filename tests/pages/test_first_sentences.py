"""What Upload says of a page after publishing is what the page itself says first."""

from __future__ import annotations

from pathlib import Path

from service_quality.findings import asking, first_sentences
from service_quality.ui.frame.data import _example, _made_by
from service_quality.uploads import example
from tests.pages.reading import finding


def test_each_page_begins_with_its_sentence(open_page, example_folder: Path) -> None:
    shown = {name: open_page(name) for name in ("overview", "satisfaction", "promises")}
    answers = _example(str(example_folder), _made_by(example.settings_of(example_folder)))
    fed = ("reply_time", "emails_answered", "first_reply_time")
    with asking.asking(answers):
        found = [
            *first_sentences.of_pages("surveys", ()),
            *first_sentences.of_pages("promises", ()),
            *first_sentences.of_pages("emails", fed),
        ]
    firsts = {Path(each.path).stem: each for each in found}
    assert set(firsts) == {"overview", "satisfaction", "promises", "replies", "rankings"}
    for name in ("replies", "rankings"):
        shown[name] = open_page(name, **firsts[name].query)
    for name, at in shown.items():
        assert finding(at) == firsts[name].sentence
