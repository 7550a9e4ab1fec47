import pytest

from thalweg.errors import RecipeError, StudyError
from thalweg.studies.starts import settings as starts
from thalweg.studies.starts.settings import PRESETS, Settings


def test_words_are_those_of_a_recipe():
    from thalweg.networks.activations import ACTIVATION_NAMES
    from thalweg.networks.costs import COST_NAMES
    from thalweg.networks.initialisation import INITIALISATION_NAMES
    from thalweg.training import optimisers

    assert starts.ACTIVATIONS[1:] == tuple(ACTIVATION_NAMES)
    assert starts.INITIALISATIONS[1:] == INITIALISATION_NAMES
    assert starts.COSTS[1:] == COST_NAMES
    assert starts.OPTIMISERS[1:] == tuple(optimisers.OURS)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"members": 4}, RecipeError, "members=4"),
        ({"widths": (0,)}, RecipeError, "widths=.0,."),
        ({"widths": ()}, StudyError, "one or more widths"),
        ({"widths": (8, 8)}, StudyError, "each named once"),
        ({"layers": 0}, RecipeError, "layers=0"),
        ({"learning_rate": -1.0}, RecipeError, "learning_rate=-1"),
        ({"aligned_members": 25}, StudyError, "aligned_members=25: expected 3 to 24, or 0"),
        ({"aligned_members": 2}, StudyError, "aligned_members=2"),
        ({"optimiser": "recipe"}, StudyError, "the recipe has its own way"),
    ],
)
def test_bad_settings_are_refused(change, error, message):
    with pytest.raises(error, match=message) as caught:
        Settings(**change)
    assert caught.value.hint


def test_the_published_setting_is_as_it_is_recalled():
    found = PRESETS["choromanska"]
    assert (found.side, found.layers, found.widths) == (10, 1, (25, 50, 100, 250, 500))
    assert (found.initialisation, found.optimiser, found.decay) == ("uniform", "sgd", True)
