"""Which examples were learned, and which only remembered.

Every member trains on a random share of the examples of its own. An example that is answered rightly only by
members that trained on it was remembered; one that all others answer as well was learned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thalweg.data.dataset import Dataset, TrainSplit
from thalweg.statistics.intervals import crossed
from thalweg.studies.catalogue import NoParts, Parts, Progress
from thalweg.studies.memorisation.consistency import consistency
from thalweg.studies.memorisation.influence import MOST_CANDIDATES, ExampleInfluence, influence, inside_of
from thalweg.studies.memorisation.record import Memorisation, gallery_of
from thalweg.studies.memorisation.removal import CONDITIONS, removal
from thalweg.studies.memorisation.scores import refuse_undefined, scores
from thalweg.studies.memorisation.settings import DEFAULTS, Settings
from thalweg.studies.memorisation.split_half import SplitHalf, reliability
from thalweg.studies.subsets import balanced_subsets, chunks, refuse_too_few, refuse_unfit, tally
from thalweg.studies.tallies import Tallies

if TYPE_CHECKING:
    from thalweg.training.recipe import Recipe


def memorisation(
    dataset: Dataset,
    settings: Settings = DEFAULTS,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    parts: Parts | None = None,
) -> Memorisation:
    """Score how much each training example is remembered (counterfactual memorisation; Feldman & Zhang 2020).

    Args:
        dataset: its training split is scored, its test split answered as well.
        settings: see `thalweg.studies.memorisation.settings`.
        seed: of starts, batches, subsets and resampling.
        progress: called before each chunk of members.
        parts: where finished chunks are kept; with more members later only theirs are trained.

    Raises `StudyError` before any training for a share that is not strictly between 0 and 1, too few members
    for every example to be learned by one and left out by another, or labels that cannot be told apart; and
    afterwards when so many members diverged that a score is missing.

    Examples:
        >>> from thalweg.studies import find
        >>> from thalweg.studies.memorisation import memorisation
        >>> settings = find("memorisation").settings(
        ...     members=40, shares=(0.7,), removal_members=0, hidden=(8,), epochs=1, least_steps=1
        ... )
        >>> found = memorisation(digits, settings)
        >>> print(*found.rows()[0])
        How many examples were remembered rather than learned? ... of 1,438 ...
    """
    split = dataset.train
    _refuse_beforehand(split, settings)
    parts = NoParts() if parts is None else parts
    recipe = recipe_of(settings, len(split))
    plan = _Plan(recipe, split, settings, progress)
    main, others = _tallies(dataset, plan, seed=seed, parts=parts)
    found = scores(main.counts)
    chosen = np.argsort(-found.memorisation, kind="stable")
    chosen = chosen[found.memorisation[chosen] >= settings.memorised]
    pairs = _influence(main, chosen, settings, seed)
    taken = removal(
        recipe,
        split,
        dataset.test,
        chosen,
        influenced=np.unique(pairs.new_example) if pairs is not None else np.zeros(0, np.int64),
        members=settings.removal_members,
        seed=seed,
        progress=plan.stage(len(CONDITIONS)),
        parts=parts,
    )
    assert main.also is not None
    return Memorisation(
        split.labels,
        split.class_names,
        settings,
        main.members,
        main.diverged,
        int(main.times_in.min()),
        int(main.times_out.min()),
        crossed(main.also.correct).measured,
        found,
        consistency(others),
        _reliability(main, settings, seed),
        pairs,
        taken,
        gallery_of(split, chosen, main.votes_out),
        split.identity,
        dataset.test.identity,
    )


def recipe_of(settings: Settings, examples: int) -> Recipe:
    """Return the recipe that these settings describe, for so many training examples."""
    from thalweg.networks.mlp import Mlp
    from thalweg.training.optimisers import Adam, Sgd
    from thalweg.training.recipe import Recipe
    from thalweg.training.schedules import Constant, Cosine

    rate = settings.learning_rate
    steps = -(-examples // settings.batch_size)
    return Recipe(
        name="memorisation",
        network=Mlp(hidden=settings.hidden, activation="relu", initialisation="he"),
        optimiser=Adam(rate) if settings.optimiser == "adam" else Sgd(rate, momentum=0.9),
        schedule=Cosine() if settings.schedule == "cosine" else Constant(),
        batch_size=settings.batch_size,
        epochs=max(settings.epochs, -(-settings.least_steps // steps)),
    )


class _Plan:
    """What the study trains, and how far it is."""

    def __init__(self, recipe: Recipe, split: TrainSplit, settings: Settings, progress: Progress | None):
        self.recipe, self.split, self.settings, self._progress = recipe, split, settings, progress
        self._done = 0
        spans = (self.chunks(share) for share in {settings.share, *settings.shares})
        self._count = sum(spans) + (len(CONDITIONS) if settings.removal_members else 0)

    def members(self, share: float) -> int:
        """Return how many members are trained on a share."""
        main = share == self.settings.share
        return self.settings.members if main else self.settings.consistency_members

    def chunks(self, share: float) -> int:
        """Return how many chunks of members are trained on a share."""
        return len(chunks(self.recipe, self.split, members=self.members(share), share=share))

    def stage(self, parts: int) -> Progress:
        """Return what to call with the place in the next `parts` parts."""
        before, self._done = self._done, self._done + parts

        def show(what: str, place: int, count: int) -> None:
            if self._progress is not None:
                self._progress(what, before + place, self._count)

        return show


def _refuse_beforehand(split: TrainSplit, settings: Settings) -> None:
    refuse_unfit(split)
    refuse_too_few(settings.members, settings.share)
    for share in settings.shares:
        if share != settings.share:
            refuse_too_few(settings.consistency_members, share)


def _tallies(dataset: Dataset, plan: _Plan, *, seed: int, parts: Parts) -> tuple[Tallies, list[Tallies]]:
    """Return the tally of the main share, and one for each share that consistency is averaged over."""
    by_share: dict[float, Tallies] = {}
    for share in (plan.settings.share, *plan.settings.shares):
        if share not in by_share:
            main = share == plan.settings.share
            by_share[share] = tally(
                plan.recipe,
                dataset.train,
                members=plan.members(share),
                share=share,
                seed=seed,
                progress=plan.stage(plan.chunks(share)),
                parts=parts,
                also=dataset.test if main else None,
                part="memorisation",
            )
            refuse_undefined(by_share[share])
    return by_share[plan.settings.share], [by_share[share] for share in dict.fromkeys(plan.settings.shares)]


def _influence(main: Tallies, chosen: np.ndarray, settings: Settings, seed: int) -> ExampleInfluence | None:
    if len(chosen) == 0 or main.also is None:
        return None
    candidates = chosen[:MOST_CANDIDATES]
    examples = len(main.times_in)

    def subsets(first: int, count: int) -> np.ndarray:
        return balanced_subsets(examples, count, share=settings.share, seed=seed, first=first)

    inside = inside_of(main.numbers, candidates, subsets)
    return influence(inside, main.also.correct, candidates, threshold=settings.influential, seed=seed)


def _reliability(main: Tallies, settings: Settings, seed: int) -> SplitHalf | None:
    halves = (main.even, main.counts - main.even)
    first, second = (scores(half).memorisation for half in halves)
    return reliability(first, second, threshold=settings.memorised, seed=seed)
