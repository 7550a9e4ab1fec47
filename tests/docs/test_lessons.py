"""The files on the page of lessons are ones that the lab takes."""

import tomllib

from tests.docs.reading import ROOT, blocks
from thalweg.lab import language, lesson

PAGE = ROOT / "docs" / "how-to" / "lesson.md"


def test_the_files_on_the_page_are_read(tmp_path):
    own, french = (block.code for block in blocks(PAGE.read_text("utf-8")) if block.language == "toml")
    found = lesson.checked(tomllib.loads(own), tmp_path / "confidence.toml")
    assert [step.panel for step in found.steps] == ["draw", "noise"]
    path = tmp_path / "fr.toml"
    path.write_text(french, "utf-8")
    assert language.read(path).words["lesson.next"] == "Suite"
