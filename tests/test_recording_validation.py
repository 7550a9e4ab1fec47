"""A run on data that bring a validation part of their own."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from thalweg.data import load
from thalweg.errors import RunError
from thalweg.recording import as_trained, train_run
from thalweg.training.recipe import Recipe


def test_a_run_takes_a_validation_part_of_the_data_s_own(tmp_path):
    generator = np.random.default_rng(3)
    for part in ("train", "val", "test"):
        for name in ("a", "b"):
            for number in range(6):
                pixels = generator.integers(0, 256, (4, 5), dtype=np.uint8)
                path = tmp_path / "set" / part / name / f"{number}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(pixels).save(path)
    dataset = load(tmp_path / "set")
    assert dataset.own_validation
    assert not dataset.hold_out(0.5).own_validation
    assert as_trained(replace(Recipe.load("classic-modern").for_epochs(1), hold_out=0.5), dataset) is dataset
    Image.fromarray(np.zeros((4, 5), np.uint8)).save(tmp_path / "set" / "val" / "a" / "0.png")
    assert load(tmp_path / "set").content_hash != dataset.content_hash
    recipe = Recipe.load("classic-modern").for_epochs(1)
    run = train_run(recipe, dataset, members=2, seed=0, out=tmp_path / "run")
    with pytest.raises(RunError, match="set apart already"):
        train_run(recipe, dataset.hold_out(0.5), members=2, seed=0, out=tmp_path / "other")
    assert run.record["data"]["train"] == 12
