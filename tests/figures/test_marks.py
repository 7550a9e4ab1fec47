import pytest

from thalweg.figures.marks import level
from thalweg.figures.theme import canvas, logarithmic


@pytest.mark.parametrize(("upright", "axis"), [(True, "x"), (False, "y")])
def test_a_level_is_named_where_it_is_drawn_on_a_logarithmic_axis_too(upright, axis):
    """Plotly takes a name's place on such an axis in powers of ten, and a line's as it is."""
    plain, powers = canvas("t", across="a", up="b"), canvas("t", across="a", up="b")
    logarithmic(powers, 0.1, 1000, axis=axis)
    for figure in (plain, powers):
        level(figure, 100.0, "here", upright=upright)
        assert figure.layout.shapes[0][f"{axis}0"] == 100
    assert plain.layout.annotations[0][axis] == 100
    assert powers.layout.annotations[0][axis] == 2
