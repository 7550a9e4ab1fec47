"""For how many examples is the answer luck of the start (predictive multiplicity)?

Members that were trained alike and are right equally often may still answer an example differently. Who has
one of them has an answer that another start would have changed.
"""

from __future__ import annotations

import numpy as np

from thalweg.data.dataset import Split
from thalweg.errors import EvaluationError
from thalweg.evaluation.arbitrariness import shares
from thalweg.evaluation.arbitrariness.examples import most_arbitrary
from thalweg.evaluation.arbitrariness.record import Arbitrariness
from thalweg.evaluation.asked import checked_labels
from thalweg.evaluation.classifier import AnyClassifier, as_classifier
from thalweg.evaluation.ensembles import ask
from thalweg.statistics.agreement import named_by, self_consistency
from thalweg.statistics.chance import over_chance
from thalweg.statistics.pairs import ANSWERS_OF_SEVERAL, needs_two

THRESHOLD = 0.75


def arbitrariness(
    classifier: AnyClassifier,
    split: Split,
    *,
    threshold: float = THRESHOLD,
    seed: int = 0,
    level: float = 0.95,
) -> Arbitrariness:
    """Measure for how many examples of `split` the answer depends on which member is asked.

    Args:
        classifier: as for `accuracy`, of two members or more that did not diverge.
        split: labelled examples. Labels are needed for what is said of errors alone.
        threshold: of self-consistency, 0..1; the share of examples below it is said.
        seed: of the ensembles that are drawn.
        level: confidence level of every interval, 0..1.

    Whether all members agree depends on how many there are. So each share is that of so many members drawn at
    random, counted exactly over all draws (`statistics.agreement`), and can be compared between populations.
    Self-consistency is that of Cooper et al. ("Arbitrariness and Social Prediction", AAAI 2024), here for any
    number of classes; ambiguity and discrepancy are those of Marx, Calmon & Ustun ("Predictive Multiplicity
    in Classification", ICML 2020), with the vote as baseline and the members as competing models. For the
    question see Lockfisch et al. (arXiv 2507.19408, 2025) and Black, Raghavan & Barocas ("Model
    Multiplicity", FAccT 2022).

    Raises `NotApplicable` for fewer than two members, `EvaluationError` for a threshold out of range and as
    `accuracy` does.

    Examples:
        >>> import thalweg as tw
        >>> found = tw.evaluation.arbitrariness(population, digits.test)
        >>> found
        two networks disagree on ... % [..., ...], n = 4 x 359
        >>> found.most_arbitrary[0].self_consistency < 1
        True
    """
    if not 0 < threshold <= 1:
        raise EvaluationError(
            f"threshold={threshold}: expected a self-consistency above 0 and at most 1.",
            hint="use threshold=0.75: examples on which two members agree less than three times in four.",
        )
    asked = as_classifier(classifier)
    labels = checked_labels(split)
    votes = ask(asked, split, seed=seed, sizes=shares.halves_up_to)
    predicted = votes.predicted
    needs_two(predicted, asked.excluded, "what is luck of the start", ANSWERS_OF_SEVERAL)
    counts = named_by(predicted, split.classes)
    consistency = self_consistency(counts)
    vote, right = votes.mean.argmax(axis=1), predicted == labels
    listed = most_arbitrary(consistency, counts, votes.mean, labels, split.identity)
    ambiguity = shares.ambiguity(predicted, counts, level)
    luck, shared = shares.errors_by_luck(~right, level)
    return Arbitrariness(
        ambiguity=ambiguity,
        no_majority=shares.no_four_of_five(predicted, counts, level),
        below=shares.below(consistency, threshold, len(predicted), level),
        vote_changes={1: ambiguity[2], **shares.vote_changes(votes, split.classes, level)},
        luck_of_errors=luck,
        shared_errors=shared,
        discrepancy=float((predicted != vote).mean(axis=1).max()),
        tied=shares.tied(counts),
        most_arbitrary=listed,
        self_consistency=consistency,
        vote=vote.astype(np.int16),
        vote_right=vote == labels,
        members=len(predicted),
        excluded=asked.excluded,
        class_names=tuple(split.class_names),
        over_chance=over_chance(right, labels, tuple(split.class_names), votes.mean, level=level),
        pictures=_pictures(split, [one.example for one in listed]),
    )


def _pictures(split: Split, examples: list[int]) -> np.ndarray | None:
    if not split.is_images or split.raw.dtype != np.uint8:
        return None
    return split.raw[examples]
