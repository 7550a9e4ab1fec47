import json
from dataclasses import dataclass, field

import numpy as np
import pytest

from thalweg.measured import Measured
from thalweg.record import (
    Entry,
    NotMeasured,
    Record,
    caveats_of,
    html_table,
    led_by,
    named,
    those_left_out,
    told,
)


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


FEW, LUCK = "of 3 starts, 95 % intervals cover 90 to 99 %", "decided by so few examples"
TRUST = "How far can these intervals be trusted?"


def with_numbers(*caveats, title="mine"):
    """A record of numbers with these caveats, and of one without an interval."""
    parts = {
        str(i): Part(0.0, Measured(0.5, 0.4, 0.6, caveat=said), PART.way) for i, said in enumerate(caveats)
    }
    return Whole(title, {**parts, "bare": Part(0.0, Measured(0.5), PART.way)})


def test_what_is_to_be_said_of_intervals_stands_below_the_rows_once():
    assert told(with_numbers(FEW, FEW)) == [*with_numbers(FEW, FEW).rows(), (TRUST, FEW)]
    assert dict(told(with_numbers(FEW, FEW, LUCK)))[TRUST] == (
        f"{FEW} (2 of the 3 here); {LUCK} (1 of the 3 here)"
    )
    assert repr(with_numbers(FEW)).endswith(f"{TRUST}: {FEW}")
    assert FEW in with_numbers(FEW)._repr_html_()


def test_nothing_is_said_twice_and_nothing_of_intervals_that_keep_their_promise():
    assert TRUST not in dict(told(with_numbers("", "")))
    said = with_numbers(FEW, title=f"mine, {FEW}")
    assert told(said) == said.rows()


def test_caveats_are_found_in_json():
    record = with_numbers(FEW, FEW, LUCK, "")
    assert caveats_of(record.to_json()) == ({FEW: 2, LUCK: 1}, 4)
    found = record.to_json()["parts"]
    assert found["0"]["found"] == {"value": 0.5, "interval": [0.4, 0.6], "caveat": FEW}
    assert set(found["3"]["found"]) == {"value", "interval"}


@dataclass(frozen=True)
class Guess(Entry):
    learned: bool


@dataclass(frozen=True, repr=False)
class Asked(Record, answers="noise"):
    number: Measured
    over_chance: Guess

    def rows(self):
        return [("Was anything learned?", "nothing")]


def test_of_guesses_no_number_is_shown_and_nothing_said_of_its_interval():
    number = Measured(0.5, 0.4, 0.6, caveat=FEW)
    assert len(told(Asked(number, Guess(False)))) == 1
    assert dict(told(Asked(number, Guess(True))))[TRUST] == FEW
