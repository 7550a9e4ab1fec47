"""Is there a small network inside that learns as well, and is it so because of its start?

After Frankle & Carbin, "The lottery ticket hypothesis" (ICLR 2019, arXiv 1803.03635): a network is trained,
its smallest weights are pruned, what is left goes back to where it started and is trained again, and so on.
Every start here is pruned for itself, and what is left of it, its *ticket*, is compared with itself whole,
with another start, and with other weights left. A member sees its examples in the same order in all of these.

Judged as `judgement.py` says, which was written before anything was measured.
"""

from __future__ import annotations

import functools
import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.dataset import Dataset
from thalweg.studies.answerable import learned_from, refuse_too_few_examples
from thalweg.studies.catalogue import KEEP_NOTHING, Parts, Progress
from thalweg.studies.early_stopping import Ended, Stopping
from thalweg.studies.foreseen import foresee
from thalweg.studies.grids import Arrays, Grid
from thalweg.studies.kept_parts import BITS, NUMBERS, WHOLE, YES_OR_NO, Form, Forms
from thalweg.studies.lottery.record import NEW_START, OTHERS, RANDOM, SHUFFLED, TICKET, Lottery, lottery_of
from thalweg.studies.lottery.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from thalweg.training.recipe import Recipe
    from thalweg.weights.pruning import Masks

HELD_OUT = 1 / 12
"""Share of the training examples that the epoch is chosen on: 5,000 of MNIST's 60,000, as in the paper."""

ANOTHER = 2**20
"""A new start is that of the member whose number is so much higher."""

BLOCK = 16
"""Members that are trained at once, and lost at most when the study is stopped."""


def lottery(
    dataset: Dataset,
    settings: Settings = DEFAULTS,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    parts: Parts = KEEP_NOTHING,
) -> Lottery:
    """Prune networks round by round, and compare what is left with other starts and other weights.

    The epoch that counts is the one with the lowest cost on held-out examples; test examples choose nothing.
    Raises `StudyError` for data of one class or of fewer examples than classes, and where all but three
    starts diverge.

    Examples:
        >>> from thalweg.studies import find
        >>> from thalweg.studies.lottery import lottery
        >>> settings = find("lottery").settings(members=4, rounds=(1,), hidden=(8,), epochs=2, examples=200)
        >>> lottery(digits, settings).levels[0].share
        0.801...
    """
    from thalweg.weights.pruning import from_bits, share_left, whole_masks

    whole = learned_from(dataset, settings.examples, seed)
    data = whole if whole.validation is not None else whole.hold_out(HELD_OUT, seed)
    refuse_too_few_examples(data.train)
    study = _Study(data, settings, seed)
    ended: dict[tuple[str, int], Ended] = {}
    shares: list[float] = []
    of = settings.rounds[-1] + 1 + len(OTHERS) * len(settings.rounds)
    masks = whole_masks(study.shapes, settings.members)
    # masks are trained by XLA
    foresee(study.grid((), 0).works([study.recipe] * of, data.train, engine="xla"))
    for number in range(settings.rounds[-1] + 1):
        arms = (TICKET, *OTHERS) if number in settings.rounds else (TICKET,)
        train = functools.partial(study.train, masks)
        told = study.grid(arms, number).trained(
            train, parts=parts, progress=progress, after=len(ended), of=of
        )
        shares.append(share_left(masks))
        ended |= {place: Ended.of(one, len(data.test)) for place, one in told.items()}
        masks = from_bits(told[TICKET, number]["left"], study.shapes)
    weights = sum(after * before for after, before in study.shapes)
    return lottery_of(ended, shares, settings, weights, data.test)


class _Study:
    """What all trainings of one call of `lottery` have in common."""

    def __init__(self, data: Dataset, settings: Settings, seed: int):
        self.data, self.settings, self.seed = data, settings, seed
        self.recipe = recipe_of(settings)
        widths = (int(np.prod(data.input_shape)), *settings.hidden, data.classes)
        self.shapes = [(after, before) for before, after in itertools.pairwise(widths)]
        hidden, output = settings.prune, settings.prune_output
        self.shares = [*[hidden] * len(settings.hidden), output]

    def grid(self, arms: tuple[str, ...], number: int) -> Grid[tuple[str, int]]:
        """Return what is trained in one round."""
        asked = (self.recipe.to_toml(), self.shares, self.settings.examples, number)
        places = {(arm, number): repr((arm, *asked)) for arm in arms}
        return Grid(places, self.settings.members, self.seed, "lottery", BLOCK, self._forms)

    def _forms(self, place: tuple[str, int], members: int) -> Forms:
        one = (members,)
        left = -(-sum(before * after for after, before in self.shapes) // 8)
        return {
            "epoch": Form(WHOLE, one),
            "right": Form(BITS, (members, -(-len(self.data.test) // 8))),
            "last": Form(NUMBERS, one),
            "diverged": Form(YES_OR_NO, one),
            **({"left": Form(BITS, (members, left))} if place[0] == TICKET else {}),
        }

    def train(self, tickets: Masks, place: tuple[str, int], span: range) -> Arrays:
        """Train some members of one arm, of the round whose tickets have these masks."""
        from thalweg.training import Start, train, untrained
        from thalweg.weights.pruning import as_bits, drawn_alike, masked, pruned, shuffled

        (arm, number), data = place, self.data
        common: dict[str, Any] = {"members": len(span), "seed": self.seed}
        masks = [mask[span.start : span.stop] for mask in tickets]
        if arm in (SHUFFLED, RANDOM):
            deal = shuffled if arm == SHUFFLED else drawn_alike
            for depth, mask in enumerate(masks):
                masks[depth] = deal(mask, [[self.seed, number, one, depth, arm == RANDOM] for one in span])
        first = span.start + (ANOTHER if arm == NEW_START else 0)
        start = Start(*masked(untrained(self.recipe, data.train, first=first, **common).networks, masks))
        watch = Stopping(data.test, len(span))
        common |= {"first": span.start, "validation": data.validation}
        found = train(self.recipe, data.train, watch=watch, start=start, **common)
        told = watch.told(found.diverged)
        if arm == TICKET:
            weights = [np.asarray(layer.weight) for layer in found.networks.layers]  # type: ignore[union-attr]
            each = zip(masks, weights, self.shares, strict=True)
            told["left"] = as_bits([pruned(mask, weight, share) for mask, weight, share in each])
        return told


def recipe_of(settings: Settings) -> Recipe:
    """Return the recipe that every ticket is trained by: members have orders of their own."""
    from thalweg.networks import Mlp
    from thalweg.training import Adam, Recipe

    return Recipe(
        network=Mlp(settings.hidden, "relu", "glorot"),
        optimiser=Adam(settings.learning_rate),
        batch_size=settings.batch_size,
        epochs=settings.epochs,
        order="own",
        name="lottery",
    )
