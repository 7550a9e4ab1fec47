"""How labels of each class go wrong, learned from examples on which judges hardly err.

How easy an example is does not depend on its own label, and on easy examples judges hardly err: there a label
that differs is a label that is wrong. This is the idea of anchor points (Liu & Tao, IEEE TPAMI 38, 2016;
Patrini et al., CVPR 2017), with a fifth of each class as anchors instead of one.

Each pair of classes has anchors of its own: of the examples that are taken for class i, the fifth that is
least like class j. Where judges cannot tell i from j, labels j stand among those that look like it; where
labels go wrong, they stand among the others as often.

Judges that are far from perfect err even there, and what differs is their own confusion, which says nothing
of labels. How much of it is wrong labels is known from elsewhere: the floor to which the share of labels that
differ falls (`error_count`). The less of what differs that floor explains, the less is believed of who is
taken for whom; nothing, where the floor cannot be told from none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.stats import rankdata

ANCHORS = 0.2
"""Share of what is taken for a class, least like another, in which that other's labels are taken for wrong.

Chosen among .2, .25, .33 and .5, together with `BELIEVED` among 1, 1.5 and 2, by average precision on data
sets that no table is made of (`benchmarks/labelled/sets.py`, `CHOSEN_ON`); .2 to .33 are alike.
"""

CONCENTRATED, FEWEST = 2.0, 5
"""Labels go wrong in one way where anchors do so many times more often than evenly, and so often."""

LEAST = 1e-9
"""What a probability is kept above, so that its logarithm is finite."""

BELIEVED = 1.5
"""Power of the share of what differs on anchors that the floor explains, as it is believed."""

MOST_LEAKED = 0.9
"""What may leak into answers of a class at the most, so that something of its own is left."""

SHARPNESS = (0.2, 3.0)
"""Range of the exponent that turns members' probabilities into calibrated ones."""


@dataclass(frozen=True, eq=False)
class Confusion:
    """How labels of each class go wrong, and what that does to the members that learn from them.

    `transition` [classes, classes]: probability that an example of class i is labelled j. `leak` [classes,
    classes]: what judges say of a typical anchor of class i; noisy labels leak into it. `concentrated`
    bool [classes, classes]: where labels go wrong much more often than evenly. `sharpness`: the exponent
    that calibrates the members' probabilities.
    """

    transition: np.ndarray
    leak: np.ndarray
    concentrated: np.ndarray
    sharpness: float = 1.0

    def clean(self, probabilities: np.ndarray) -> np.ndarray:
        """Return probabilities [examples, classes] of the true class, from those learned with noisy labels.

        Where labels of a class go wrong in one particular way, the members learn that too and expect the
        wrong class now and then; there the leak is taken out (backward correction: Patrini et al. 2017,
        theorem 1, here of answers). Elsewhere the answers' own order is kept.
        """
        corrected = np.clip(probabilities @ _inverse(self.leak), 0.0, None)
        kept = np.where(self.concentrated[probabilities.argmax(axis=1)], 0.0, probabilities)
        return _sharpened(np.maximum(corrected, kept), self.sharpness)

    @property
    def rate(self) -> float:
        """Share of labels that go wrong, the mean over classes."""
        return float(1 - np.diagonal(self.transition).mean())

    def at_rate(self, rate: float) -> Confusion:
        """Return the same with wrong labels made rarer, down to `rate`; never more frequent.

        Where members are sure of little, they err on anchors too, and what differs there is no count of wrong
        labels. How likely a label is wrong must agree with how many are said to be.
        """
        scale = min(1.0, rate / self.rate) if self.rate > 0 else 1.0
        away = np.where(np.eye(len(self.transition), dtype=bool), 0.0, scale * self.transition)
        return replace(self, transition=away + np.diag(1 - away.sum(axis=1)))

    def log_odds_wrong(self, clean: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Return the log odds [examples] that a label is wrong, given who is taken for whom (Bayes' rule)."""
        place = np.arange(len(labels))
        joint = clean * self.transition[:, labels].T
        right = joint[place, labels]
        joint[place, labels] = 0.0
        return np.log(joint.sum(axis=1) + 1e-300) - np.log(right + 1e-300)


def easiness(probabilities: np.ndarray) -> np.ndarray:
    """Return each example's rank [examples] by confidence among those given the same class, in (0, 1]."""
    chosen, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    rank = np.empty(len(chosen))
    for label in np.unique(chosen):
        mine = chosen == label
        rank[mine] = (rankdata(confidence[mine]) - 0.5) / mine.sum()
    return rank


def learn_confusion(
    probabilities: np.ndarray, labels: np.ndarray, *, floor: float | None = None
) -> Confusion:
    """Learn how labels go wrong from out-of-sample `probabilities` [examples, classes] and `labels`.

    `floor`: the share of labels that are wrong as far as easy examples tell, 0..1 (`error_count.lapse_rate`);
    by default all that differs on anchors is taken to be wrong.
    """
    chosen, classes = probabilities.argmax(axis=1), probabilities.shape[1]
    counts = np.zeros((classes, classes))
    for label in np.unique(chosen):
        mine = chosen == label
        counts[label] = _among_anchors(probabilities[mine], labels[mine], int(label))
    if floor is not None:
        away = ~np.eye(classes, dtype=bool)
        differs = counts[away].sum() / max(counts.sum(), 1.0)
        counts[away] *= min(1.0, floor / max(differs, LEAST)) ** BELIEVED
    transition, concentrated = _shrunk(counts)
    confusion = Confusion(transition, _leak(probabilities, chosen), concentrated)
    return Confusion(transition, confusion.leak, concentrated, _sharpness(confusion, probabilities, labels))


def _among_anchors(probabilities: np.ndarray, labels: np.ndarray, label: int) -> np.ndarray:
    """Count the labels [classes] among the anchors of each pair, of examples that are taken for `label`.

    Where examples tie at the last place among anchors, each counts in part, so that their order is of no
    importance. Of `label` itself it is the share that has it, of as many.
    """
    anchors = max(1, round(ANCHORS * len(labels)))
    last = np.partition(probabilities, anchors - 1, axis=0)[anchors - 1]
    below, tied = probabilities < last, probabilities == last
    part = (anchors - below.sum(axis=0)) / tied.sum(axis=0)
    given = labels[:, None] == np.arange(probabilities.shape[1])
    counts = (given & below).sum(axis=0) + part * (given & tied).sum(axis=0)
    counts[label] = anchors * given[:, label].mean()
    return counts


def _leak(probabilities: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Return what judges say [classes, classes] of typical anchors; doubt about others does not count."""
    leak = np.eye(probabilities.shape[1])
    for label in np.unique(chosen):
        typical = np.quantile(probabilities[chosen == label], ANCHORS / 2, axis=0)  # the median of a fifth
        typical[label] = 0.0
        typical *= min(1.0, MOST_LEAKED / max(typical.sum(), LEAST))
        typical[label] = 1 - typical.sum()
        leak[label] = typical
    return leak


def _inverse(leak: np.ndarray) -> np.ndarray:
    # members that hardly tell two classes apart make a matrix whose inverse would only enlarge chance
    return np.linalg.inv(leak) if np.linalg.cond(leak) < 100 else np.eye(len(leak))


def _shrunk(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return transition probabilities from counts of anchors, and where they are concentrated.

    Each off-diagonal count is Poisson around a rate that is gamma-distributed around the even one; how
    widely is estimated from the counts' own variance (empirical Bayes by moments). Few anchors, or even
    noise, give an even matrix; many and uneven ones keep their own rates.
    """
    classes, total = len(counts), counts.sum()
    away = ~np.eye(classes, dtype=bool)
    row = counts.sum(axis=1, keepdims=True)
    # half an anchor: no wrong label was seen among them, which is not the same as none
    even = max(counts[away].sum(), 0.5) / max(total, 1.0) / (classes - 1)
    expected = np.broadcast_to(even * row, counts.shape)
    excess = ((counts - expected) ** 2 - expected)[away].sum() / max((expected[away] ** 2).sum(), 1e-12)
    shape = 1 / max(excess, 1e-3)
    rates = np.where(away, even * (counts + shape) / (expected + shape), 0.0)
    rates *= np.minimum(1.0, 0.9 / np.maximum(rates.sum(axis=1, keepdims=True), 1e-12))
    transition = rates + np.diag(1 - rates.sum(axis=1))
    concentrated = counts > np.maximum(CONCENTRATED * expected, FEWEST)
    return transition, concentrated


def _sharpness(confusion: Confusion, probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Return the exponent of the clean probabilities under which the given labels are likeliest."""
    clean = confusion.clean(probabilities)
    of_label = confusion.transition[:, labels].T

    def cost(exponent: float) -> float:
        return -float(np.log((_sharpened(clean, exponent) * of_label).sum(axis=1) + LEAST).mean())

    return float(minimize_scalar(cost, bounds=SHARPNESS, method="bounded").x)  # type: ignore[union-attr]


def _sharpened(probabilities: np.ndarray, exponent: float) -> np.ndarray:
    logs = np.log(np.maximum(probabilities, LEAST))
    powers = np.exp(exponent * (logs - logs.max(axis=1, keepdims=True)))
    return powers / powers.sum(axis=1, keepdims=True)
