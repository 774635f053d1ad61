"""What is made of answers is made once for all who read it in one language, on one scale."""

from __future__ import annotations

from pathlib import Path

from service_quality.base import language
from service_quality.findings.asking import asking, made
from tests.factories import Store


def test_what_is_made_is_made_once_for_each_language_and_scale(tmp_path: Path) -> None:
    times: list[int] = []
    scales = ["0-10"]

    def make() -> int:
        times.append(len(times))
        return times[-1]

    with asking(Store(tmp_path).answers, lambda: scales):
        found = [made("a text", make), made("a text", make), made("another", make)]
        with language.using("fr_FR"):
            found += [made("a text", make), made("a text", make)]
        scales[:] = ["1-5"]
        found += [made("a text", make)]
        scales[:] = ["0-10"]
        found += [made("a text", make)]
    assert found == [0, 0, 1, 2, 2, 3, 0]
