import pytest

from thalweg import runs


@pytest.fixture
def record():
    return {
        "recipe": {"name": "small", "epochs": 2},
        "members": 2,
        "seed": 0,
        "data": {"name": "toy"},
        "input_shape": [6, 6],
        "class_names": ["a", "b"],
        "diverged": [],
    }


@pytest.fixture
def run(tmp_path, record):
    return runs.create(tmp_path / "run", recipe_name="small", record=record)
