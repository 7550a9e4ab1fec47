import io

import numpy as np
import pytest
from PIL import Image

from thalweg.figures.facts import Facts, safe, shown
from thalweg.figures.mosaic import mosaic
from thalweg.figures.theme import canvas, diverging, finish, logarithmic


def test_a_legend_has_room_for_every_entry_and_none_where_there_is_one():
    alone, two = (canvas("a title", across="x", up="y") for _ in range(2))
    for figure, names in ((alone, ["one"]), (two, ["one", "two"])):
        for name in names:
            figure.add_scatter(x=[0, 1], y=[0, 1], name=name)
        finish(figure)
    assert not alone.layout.showlegend
    assert two.layout.showlegend
    assert two.layout.margin.t - alone.layout.margin.t == 40
    assert two.layout.height - two.layout.margin.t == alone.layout.height - alone.layout.margin.t


def test_a_title_is_broken_but_no_number_in_it():
    figure = canvas("One network is right on 94.2 % [93.9, 94.6] of all", across="x", up="y")
    lines = figure.layout.title.text.split("<br>")
    assert len(lines) == 2
    assert all(line.count("[") == line.count("]") for line in lines)


def test_signed_colours_are_white_at_zero_whatever_is_drawn():
    assert diverging(-1.0, 1.0)[10][1] == "rgb(255, 255, 255)"
    assert diverging(0.0, 3.0)[0][1] == "rgb(255, 255, 255)"
    assert diverging(-3.0, 0.0)[-1][1] == "rgb(255, 255, 255)"
    assert [place for place, _ in diverging(-1.0, 3.0)] == pytest.approx(np.linspace(0, 1, 21))


@pytest.mark.parametrize(("low", "high"), [(0.04, 0.12), (0.03, 0.9), (1e-6, 3.0), (5e-7, 5e-6), (1.0, 1.0)])
def test_a_logarithmic_axis_has_a_few_ticks_that_can_be_read(low, high):
    axis = logarithmic(canvas("t", across="x", up="y"), low, high).layout.yaxis
    inside = [
        words
        for value, words in zip(axis.tickvals, axis.ticktext, strict=True)
        if axis.range[0] <= np.log10(value) <= axis.range[1]
    ]
    assert 1 <= len(inside) <= 10
    assert not any("e" in words for words in inside)
    assert axis.range[0] < np.log10(low) <= np.log10(high) < axis.range[1]


def test_names_are_safe_short_and_on_one_line():
    assert shown("<script>") == "\u2039script\u203a"
    assert shown("two\nlines") == "two lines"
    assert len(shown("x" * 100)) == 24
    assert safe("a < b") == "a \u2039 b"


def test_names_are_those_of_the_evaluation_then_of_the_run_then_numbers():
    facts = Facts(class_names=("cat", "dog"))
    assert facts.names({"class_names": ["a", "b"]}, 2) == ["a", "b"]
    assert facts.names({}, 2) == ["cat", "dog"]
    assert Facts().names({}, 2) == ["0", "1"]


def pixels(png):
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGBA"))


def test_signed_pictures_are_white_at_zero_blue_below_and_orange_above():
    picture = np.array([[[-2.0, 0.0, 1.0]]]) * np.ones((1, 3, 1))
    drawn = pixels(mosaic(picture, columns=1, signed=True, width=90))
    row = drawn[drawn.shape[0] // 2]
    below, zero, above = (row[len(row) * place // 6].astype(int) for place in (1, 3, 5))
    assert below[2] > below[0]
    assert tuple(zero[:3]) == (255, 255, 255)
    assert above[0] > above[2]


def test_grey_pictures_keep_their_values_and_their_order():
    pictures = np.linspace(0, 1, 4)[:, None, None] * np.ones((4, 5, 5))
    drawn = pixels(mosaic(pictures, columns=2, width=60))
    height, width = drawn.shape[:2]
    found = [drawn[height * row // 4, width * column // 4, 0] for row in (1, 3) for column in (1, 3)]
    np.testing.assert_allclose(found, [0, 85, 170, 255], atol=2)


def test_labels_that_do_not_fit_or_cannot_be_drawn_do_no_harm():
    png = mosaic(np.zeros((2, 4, 4)), columns=2, labels=["\u304a", "very long indeed"], width=60)
    assert png.startswith(b"\x89PNG")
