import json
from dataclasses import dataclass, field

import numpy as np
import pytest

from thalweg.measured import Measured
from thalweg.record import Entry, NotMeasured, Record, html_table, led_by, named, those_left_out


@dataclass(frozen=True)
class Part(Entry, aside=("way",)):
    length: float
    found: Measured | None
    way: np.ndarray


@dataclass(frozen=True, repr=False)
class Whole(Record, answers="noise", caption="{0.title}: {0!r}"):
    title: str
    parts: dict[str, Part] = field(default_factory=dict)

    def rows(self):
        return [("how many?", str(len(self.parts))), ("whose?", self.title)]


@dataclass(frozen=True)
class Silent(Record, answers="shift"):
    number: int

    def rows(self):
        return []


PART = Part(np.float32(0.5), Measured(1.0, 0.0, float("nan")), np.zeros(3))


def test_an_entry_is_its_fields_but_those_set_aside():
    assert PART.to_json() == {"length": 0.5, "found": {"value": 1.0, "interval": [0.0, None]}}
    assert Part(1.0, None, np.zeros(3)).to_json() == {"length": 1.0, "found": None}


def test_entries_stand_in_records_as_objects_of_their_own():
    found = Whole("<b>", {"first": PART}).to_json()
    assert found == {"title": "<b>", "parts": {"first": PART.to_json()}}
    json.dumps(found, allow_nan=False)


def test_a_record_without_more_has_no_arrays_and_says_its_rows():
    record = Whole("mine")
    assert record.arrays() == {}
    assert repr(record) == "how many?: 0\nwhose?: mine"


def test_a_notebook_shows_the_caption_and_the_rows_escaped():
    shown = Whole("<b>")._repr_html_()
    assert "<caption>&lt;b&gt;: how many?: 0\nwhose?: &lt;b&gt;</caption>" in shown
    assert "<td>whose?</td><td>&lt;b&gt;</td>" in shown


def test_a_record_knows_its_question_which_is_its_caption_unless_it_has_another():
    assert Whole.answers == "noise"
    assert "<caption>shift</caption>" in Silent(1)._repr_html_()


def test_whatever_has_the_three_methods_is_a_record():
    class Foreign:
        def to_json(self): ...
        def arrays(self): ...
        def rows(self): ...

    class Mute:
        def to_json(self): ...

    assert isinstance(Foreign(), Record)
    assert isinstance(Silent(1), Record)
    assert not isinstance(Mute(), Record)
    assert not isinstance(Foreign(), NotMeasured)


def test_a_record_that_has_no_rows_is_none():
    class Rowless(Record): ...

    with pytest.raises(TypeError, match="rows"):
        Rowless()


def test_attributes_by_name_and_names_led_by_a_prefix():
    assert named(PART, "length", "found") == {"length": PART.length, "found": PART.found}
    assert led_by("first_", {"a": 1}) == {"first_a": 1}


def test_those_left_out_are_a_row_where_there_are_any():
    assert those_left_out(0) == []
    assert those_left_out(2) == [("Were any networks left out?", "2 diverged in training")]


def test_html_escapes_class_names():
    assert "<b>" not in html_table("t", [("<b>", "<b>")])


def test_what_was_not_measured_says_why_in_a_notebook_and_in_text():
    found = NotMeasured("no <pictures>.", "give pictures.")
    assert repr(found) == "not measured: no <pictures>. give pictures."
    assert "no &lt;pictures&gt;." in found._repr_html_()
    assert "give pictures." in found._repr_html_()
