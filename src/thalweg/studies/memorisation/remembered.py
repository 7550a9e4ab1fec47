"""What members that were fitted on shares of the examples have remembered, whatever kind they are."""

from __future__ import annotations

import numpy as np

from thalweg.data.dataset import Dataset
from thalweg.ensembles.population import FittedPopulation
from thalweg.errors import StudyError
from thalweg.statistics.intervals import crossed
from thalweg.studies.memorisation.consistency import consistency
from thalweg.studies.memorisation.influence import MOST_CANDIDATES, ExampleInfluence, influence
from thalweg.studies.memorisation.record import Memorisation, gallery_of
from thalweg.studies.memorisation.scores import refuse_undefined, scores
from thalweg.studies.memorisation.settings import DEFAULTS, Thresholds
from thalweg.studies.memorisation.split_half import reliability
from thalweg.studies.subsets import Chunk, refuse_too_few, refuse_unfit, tallied
from thalweg.studies.tallies import Tallies


def remembered(
    population: FittedPopulation,
    dataset: Dataset,
    *,
    memorised: float = DEFAULTS.memorised,
    influential: float = DEFAULTS.influential,
    seed: int = 0,
) -> Memorisation:
    """Score how much each training example is remembered by clones of an estimator (Feldman & Zhang 2020).

    What the study `memorisation` does with networks, for members that are fitted already: nothing is trained,
    and nothing taken away (`removal`). Members know an example from others as well where many of them that
    left it out are right about it.

    Args:
        population: from `thalweg.ensemble(estimator, dataset, share=0.7, members=...)`: members that each
            learned from a share of the training split. Some hundred make scores sharp.
        dataset: the data that they were fitted on; its test split is answered as well.
        memorised: score from which an example counts as remembered, 0..1.
        influential: influence from which a training example matters to a test example, 0..1.
        seed: of resampling.

    Raises `StudyError` for members that did not learn from shares or from another number of examples, and
    for too few of them.

    Examples:
        >>> import thalweg as tw
        >>> from sklearn.tree import DecisionTreeClassifier
        >>> trees = tw.ensemble(DecisionTreeClassifier(), digits, members=20, share=0.7)
        >>> found = tw.studies.remembered(trees, digits)
        >>> print(*found.rows()[0])
        How many examples were remembered rather than learned? ... of 1,438 ...
    """
    split, inside = dataset.train, population.inside
    refuse_unfit(split)
    if population.share is None or inside is None:
        raise StudyError(
            "these members did not each learn from a share of the examples of their own.",
            hint="fit them so: tw.ensemble(estimator, dataset, share=0.7, members=100).",
        )
    refuse_too_few(len(population), population.share)
    if inside.shape[1] != len(split):
        raise StudyError(
            f"the members learned from shares of {inside.shape[1]:,} examples, and {dataset.name} has "
            f"{len(split):,} to learn from.",
            hint="give the data set that they were fitted on.",
        )
    chunk = Chunk(population, np.arange(len(population), dtype=np.int64), inside)
    main = tallied(chunk, split, share=population.share, also=dataset.test)
    refuse_undefined(main)
    assert main.also is not None, "the test split was asked about"
    found = scores(main.counts)
    chosen = np.argsort(-found.memorisation, kind="stable")
    chosen = chosen[found.memorisation[chosen] >= memorised]
    halves = [scores(half).memorisation for half in (main.even, main.counts - main.even)]
    return Memorisation(
        split.labels,
        split.class_names,
        Thresholds(population.share, memorised),
        main.members,
        main.diverged,
        int(main.times_in.min()),
        int(main.times_out.min()),
        crossed(main.also.correct).measured,
        found,
        consistency([main]),
        reliability(*halves, threshold=memorised, seed=seed),
        _influence(main, inside, chosen, influential, seed),
        None,
        gallery_of(split, chosen, main.votes_out),
        split.identity,
        dataset.test.identity,
    )


def _influence(
    main: Tallies, inside: np.ndarray, chosen: np.ndarray, threshold: float, seed: int
) -> ExampleInfluence | None:
    if len(chosen) == 0 or main.also is None:
        return None
    candidates = chosen[:MOST_CANDIDATES]
    return influence(inside[:, candidates], main.also.correct, candidates, threshold=threshold, seed=seed)
