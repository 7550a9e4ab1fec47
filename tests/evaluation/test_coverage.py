"""Do the intervals hold what they promise? Simulated populations whose true accuracy is known exactly.

Member i is right on example j with probability Phi(location + skill[i] + ease[j]), skill and ease normal with
the given spreads, so that each target is one more Phi: the mean over new members on these examples, over new
examples for these members, or over both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.special import ndtr

from thalweg.statistics.intervals import crossed, crossed_difference, student, wilson

SIMULATIONS = 1500
ENOUGH = (0.93, 0.97)
OVER_STARTS = (0.92, 0.985)  # wider where starts are few or alike, narrower where three are unlike: `caveats`


@dataclass(frozen=True)
class World:
    members: int
    examples: int
    skill: float = 0.0
    ease: float = 2.2
    location: float = 4.0

    def draw(self, generator: np.random.Generator):
        """Answers [members, examples] and the three true means: over starts, over examples, over both."""
        skill = self.skill * generator.normal(size=self.members)
        ease = self.ease * generator.normal(size=self.examples)
        chance = ndtr((self.location + skill[:, None] + ease).astype(np.float32))
        answers = generator.random(chance.shape, dtype=np.float32) < chance
        targets = {
            "starts": ndtr((self.location + ease) / np.hypot(1, self.skill)).mean(),
            "examples": ndtr((self.location + skill) / np.hypot(1, self.ease)).mean(),
            "both": ndtr(self.location / np.sqrt(1 + self.skill**2 + self.ease**2)),
        }
        return answers, targets


def coverage(world: World, simulations: int = SIMULATIONS, seed: int = 0) -> dict[str, float]:
    generator = np.random.default_rng(seed)
    hits = dict.fromkeys(("starts", "examples", "both"), 0)
    for _ in range(simulations):
        answers, targets = world.draw(generator)
        found = crossed(answers)
        for name, target in targets.items():
            low, high = getattr(found, name)
            hits[name] += bool(low <= target <= high)
    return {name: count / simulations for name, count in hits.items()}


WORLDS = {
    "no seed effect, 5 members": World(5, 2000),
    "no seed effect, 50 members": World(50, 2000),
    "small seed effect, 5 members": World(5, 2000, skill=0.1),
    "real seed effect, 3 members": World(3, 2000, skill=0.2),
    "real seed effect, 5 members": World(5, 2000, skill=0.3),
    "real seed effect, 50 members": World(50, 2000, skill=0.3),
    "small test set, few errors": World(10, 360, skill=0.15, ease=2.0, location=4.2),
}


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS.keys())
def test_every_interval_covers_its_own_target(world):
    found = coverage(world, simulations=600 if world.members == 50 else SIMULATIONS)
    for name, share in found.items():
        least, most = OVER_STARTS if name == "starts" else ENOUGH
        assert least <= share <= most, f"{name}: {share:.3f}"


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS.keys())
def test_every_interval_covers_its_own_target_many_times(world):
    found = coverage(world, simulations=6000, seed=1)
    for name, share in found.items():
        least, most = OVER_STARTS if name == "starts" else (0.935, 0.97)
        assert least <= share <= most, f"{name}: {share:.3f}"


LIMITS = {
    "two members": World(2, 2000, skill=0.3),
    "two members that are alike": World(2, 360),
    "hardly an error": World(32, 360, skill=0.2, ease=2.0, location=6.0),
    "two members, hardly an error": World(2, 50, ease=2.0, location=5.5),
}


@pytest.mark.parametrize("world", LIMITS.values(), ids=LIMITS.keys())
def test_where_the_promise_ends_it_is_said_and_errs_on_the_wide_side(world):
    # Before few members and few errors were reckoned with, starts covered down to 65 %, both down to 81 %.
    found = coverage(world, simulations=500)
    assert crossed(world.draw(np.random.default_rng(5))[0]).caveat
    for name, share in found.items():
        assert share >= 0.9, f"{name}: {share:.3f}"


def test_the_wrong_interval_does_not_cover():
    # Why three are printed: each of the simpler habits misses the accuracy on new members and examples.
    generator = np.random.default_rng(2)
    world = World(20, 2000, skill=0.3)
    hits = dict.fromkeys(("pooled", "starts", "examples"), 0)
    for _ in range(400):
        answers, targets = world.draw(generator)
        found = crossed(answers)
        pooled = wilson(int(answers.sum()), answers.size)
        for name, (low, high) in {
            "pooled": pooled,
            "starts": found.starts,
            "examples": found.examples,
        }.items():
            hits[name] += bool(low <= targets["both"] <= high)
    shares = {name: count / 400 for name, count in hits.items()}
    assert shares["pooled"] < 0.6
    assert shares["starts"] < 0.85
    assert shares["examples"] < 0.92


def test_a_mean_of_numbers_is_covered():
    # A score per member and example (normal parts of known size), so no binomial shape helps.
    generator = np.random.default_rng(3)
    hits = 0
    for _ in range(SIMULATIONS):
        values = (
            generator.normal(size=(5, 1)) * 0.1
            + generator.normal(size=(1, 200))
            + generator.normal(size=(5, 200)) * 2
        )
        low, high = crossed(values).both
        hits += low <= 0.0 <= high
    assert ENOUGH[0] <= hits / SIMULATIONS <= ENOUGH[1]


@pytest.mark.parametrize("examples", [3, 10, 30])
def test_the_t_interval_covers_at_few_members(examples):
    draws = np.random.default_rng(4).normal(size=(SIMULATIONS * 2, examples))
    hits = [low <= 0.0 <= high for low, high in map(student, draws)]
    assert 0.935 <= np.mean(hits) <= 0.965


@pytest.mark.parametrize("skill", [0.0, 0.2])
def test_a_gap_between_two_sets_is_covered(skill):
    generator = np.random.default_rng(9)
    hits = dict.fromkeys(("starts", "examples", "both"), 0)
    world = World(5, 1500, skill=skill, ease=1.5, location=2.5)
    simulations = 2500
    for _ in range(simulations):
        effects = skill * generator.normal(size=world.members)
        sides, truths = [], []
        for size, location in ((1500, 2.8), (800, 2.4)):
            ease = world.ease * generator.normal(size=size)
            sides.append(generator.random((world.members, size)) < ndtr(location + effects[:, None] + ease))
            truths.append(
                {
                    "starts": ndtr((location + ease) / np.hypot(1, skill)).mean(),
                    "examples": ndtr((location + effects) / np.hypot(1, world.ease)).mean(),
                    "both": ndtr(location / np.sqrt(1 + skill**2 + world.ease**2)),
                }
            )
        found = crossed_difference(*sides)
        for name in hits:
            low, high = getattr(found, name)
            hits[name] += bool(low <= truths[0][name] - truths[1][name] <= high)
    for name, count in hits.items():
        assert ENOUGH[0] <= count / simulations <= ENOUGH[1], f"{name}: {count / simulations:.3f}"
