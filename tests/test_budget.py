"""What does not fit is refused with what would; and the estimates are held to what was really taken."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from thalweg import memory
from thalweg.budget import Need, refuse_too_large, total
from thalweg.errors import EvaluationError, TooLarge, TrainingError
from thalweg.networks import Mlp
from thalweg.training import Recipe, train
from thalweg.training.trainable import check_trainable

UNDER, OVER = 1.4, 3.0
"""By what factors an estimate may be below and above what a process really took at its peak."""


@pytest.fixture
def little(monkeypatch):
    """Have 300 MB to work with."""
    monkeypatch.setenv(memory.VARIABLE, "300MB")


def test_what_fits_is_let_pass(little):
    refuse_too_large("Work", lambda members: [Need("things", 299 * 10**6)], smaller="take less")


def test_what_does_not_fit_says_how_much_what_most_and_what_would(little):
    def needs(members):
        return [Need("tables", 100 * 10**6), Need("weights", members * 10**6)]

    assert total(needs(201)) == 301 * 10**6
    with pytest.raises(TooLarge) as error:
        refuse_too_large("Training 201 members", needs, members=201, smaller="take a smaller network")
    assert error.value.message == (
        "Training 201 members takes about 301 MB of memory, and 300 MB are free. "
        "201 MB of it are for weights."
    )
    assert error.value.hint.startswith("200 members would fit; or take a smaller network.")
    assert memory.VARIABLE in error.value.hint


def test_where_not_one_member_fits_none_are_advised(little):
    with pytest.raises(TooLarge) as error:
        refuse_too_large("Work", lambda members: [Need("tables", 10**12 + members)], members=5, smaller="x")
    assert error.value.hint.startswith("x.")


def test_nothing_is_judged_where_nothing_is_known(monkeypatch):
    monkeypatch.setenv(memory.VARIABLE, "off")
    refuse_too_large("Work", lambda members: [Need("things", 10**30)], smaller="take less")


def test_it_is_caught_as_what_training_and_evaluating_raise():
    assert issubclass(TooLarge, TrainingError)
    assert issubclass(TooLarge, EvaluationError)


@pytest.mark.parametrize(
    ("recipe", "members", "said"),
    [
        (Recipe(), 2_000_000_000, "weights"),
        (Recipe(network=Mlp((10**9,))), 1, "weights"),
        (Recipe(network=Mlp((10**9, 10**9, 10**9))), 1, "weights"),
        (Recipe(epochs=10**9), 4, "history"),
    ],
)
def test_what_no_machine_holds_is_refused_before_anything_is_made(quarters_dataset, recipe, members, said):
    for ask in (check_trainable, train):
        more = {"seed": 0} if ask is check_trainable else {}
        with pytest.raises(TooLarge, match=f"are for .*{said}"):
            ask(recipe, quarters_dataset.train, members=members, **more)


def test_so_many_as_are_said_to_fit_do(little, quarters_dataset):
    recipe = Recipe(network=Mlp((200,)), epochs=1)
    with pytest.raises(TooLarge) as error:
        check_trainable(recipe, quarters_dataset.train, members=10**6, seed=0)
    fit = int(error.value.hint.split()[0].replace(",", ""))
    check_trainable(recipe, quarters_dataset.train, members=fit, seed=0)
    with pytest.raises(TooLarge):
        check_trainable(recipe, quarters_dataset.train, members=2 * fit, seed=0)


MEASURED = """
import json, re, sys
import jax, numpy as np
import thalweg as tw
from thalweg import budget
from thalweg.networks import Mlp
from thalweg.training import Adam, footprint

def status(name):
    return 1024 * int(re.search(name + r":\\s+(\\d+)", open("/proc/self/status").read())[1])

generator = np.random.default_rng(0)
examples, values, classes, hidden, members, batch, out = json.loads(sys.argv[1])
labels = np.arange(examples) % classes
dataset = tw.load((generator.standard_normal((examples, values), dtype=np.float32), labels))
recipe = tw.Recipe(network=Mlp((hidden,)), optimiser=Adam(), epochs=1, batch_size=batch)
jax.numpy.zeros(3).block_until_ready()
before = status("VmRSS")
needs = footprint.needs_of_training(recipe, dataset.train, members)
tw.train_run(recipe, dataset, members=members, out=out, keep_path=0)
print(json.dumps([budget.total(needs), status("VmHWM") - before]))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize(
    ("examples", "values", "classes", "hidden", "members", "batch"),
    [
        pytest.param(300, 200, 10, 1000, 60, 128, id="weights"),
        pytest.param(150_000, 200, 10, 8, 2, 4096, id="examples"),
        pytest.param(6_000, 20, 2_000, 16, 8, 512, id="classes"),
        pytest.param(400, 20, 4, 8, 4, 32, id="a small one"),
    ],
)
@pytest.mark.slow
def test_the_estimate_is_near_the_peak_that_was_measured(
    tmp_path, examples, values, classes, hidden, members, batch
):
    words = json.dumps([examples, values, classes, hidden, members, batch, str(tmp_path / "run")])
    compiled = {**os.environ, "JAX_ENABLE_COMPILATION_CACHE": "false"}  # whose making is a part of the peak
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, words],
        capture_output=True,
        text=True,
        timeout=250,
        check=True,
        env=compiled,
    )
    estimated, measured = json.loads(done.stdout.splitlines()[-1])
    assert estimated > measured / UNDER, f"{estimated:,} estimated, {measured:,} taken"
    assert estimated < measured * OVER, f"{estimated:,} estimated, {measured:,} taken"


def test_what_every_evaluation_holds_is_refused_before_any_is_made(monkeypatch, quarters_dataset):
    from thalweg import evaluation

    monkeypatch.setenv(memory.VARIABLE, "200MB")
    asked = []

    def answer(inputs):
        asked.append(len(inputs))
        return np.full((len(inputs), 4), 0.25)

    with pytest.raises(TooLarge, match="Measuring 1 members on 137 examples of 4 classes takes about"):
        evaluation.evaluate(answer, quarters_dataset, only="accuracy")
    assert not asked


def test_what_sums_of_answers_take_is_refused_before_a_member_is_trained(monkeypatch, quarters_dataset):
    from thalweg.studies.subsets import tally

    monkeypatch.setenv(memory.VARIABLE, "10MB")
    with pytest.raises(TooLarge, match="Summing what 2,000,000,000 members say"):
        tally(Recipe(epochs=1), quarters_dataset.train, members=2_000_000_000)
