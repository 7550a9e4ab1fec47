"""What a terminal says of a study of memorisation, in words that a newcomer understands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thalweg.evaluation.record import Measured, as_percent
from thalweg.studies.example_influence import Influence
from thalweg.studies.removal import Removal
from thalweg.studies.split_half import Reliability

if TYPE_CHECKING:
    from thalweg.studies.memorisation_record import Memorisation

FITTED = 0.99
"""Accuracy on their own examples below which members have not learned them, so that little is remembered."""

NAMED = 5
"""Examples named on a terminal."""


def memorised(found: Memorisation) -> str:
    """Say how many examples are remembered."""
    return (
        f"{len(found.memorised):,} of {len(found.labels):,} ({found.memorised_share.percent()}) score "
        f"{found.settings.memorised:g} or more, "
        f"{found.surely_memorised:,} of them beyond what chance in the networks explains"
    )


def most(found: Memorisation) -> str:
    """Say which are remembered most."""
    named = (
        f"{example} (labelled {found.class_names[found.labels[example]]}, "
        f"{found.scores.memorisation[example]:.2f} ± {found.scores.standard_error[example]:.2f})"
        for example in found.memorised[:NAMED]
    )
    return "examples " + ", ".join(named) if len(found.memorised) else "none"


def error(found: Memorisation) -> str:
    """Say how sure the scores are."""
    error = found.scores.standard_error
    return (
        f"standard error {np.median(error):.4f} in the middle, {error.max():.4f} at most: each example "
        f"was learned by {found.times_in:,} networks or more and left out by {found.times_out:,}"
    )


def fit(found: Memorisation) -> str:
    """Say whether members learned what they were given."""
    inside = found.mean("accuracy_in")
    told = (
        f"{inside.percent()} of their own, {found.mean('accuracy_out').percent()} of those left out, "
        f"{found.test_accuracy.percent()} of the test examples"
    )
    weak = inside.value < FITTED
    return told + ("; they do not fit their own, so little can be remembered" if weak else "")


def consistency(found: Memorisation) -> str:
    """Say how well examples are known without being learned."""
    shares = zip(found.consistency.shares, found.consistency.accuracy_out, strict=True)
    told = ", ".join(f"{as_percent(accuracy)} from {share:.0%}" for share, accuracy in shares)
    return f"{told} of the examples; the mean over these is each example's consistency"


def reliability(found: Reliability | None) -> str:
    """Say whether two halves of the members agree."""
    if found is None:
        return "not to be said: there are no two full halves, or all scores are the same"
    told = (
        f"rank correlation {found.halves.plain(3)} between halves, {found.whole.plain(3)} for all together "
        "(1: the same order)"
    )
    if found.again is not None:
        told += f"; those that score {found.there:.2f} in one half score {found.again.plain(2)} in the other"
    return told


def influence(found: Influence | None) -> str:
    """Say whether remembered examples matter to new ones."""
    if found is None:
        return "no example is remembered"
    return (
        f"{found.found:,} pairs with an influence of {found.threshold:g} or more "
        f"({found.by_chance.value:,.1f} by chance alone; {found.sure:,} stand out of it), "
        f"on {found.distinct:,} test examples, of which {found.single:,} owe it to one alone"
    )


def removal(found: Removal | None) -> str:
    """Say what taking the remembered examples away costs."""
    if found is None:
        return "not tried"
    test = found.test
    told = (
        f"without the {found.removed:,} most remembered {test.without_memorised.percent()} of the test "
        f"examples are right, without as many at random {test.without_random.percent()}, with all "
        f"{test.everything.percent()}: remembering is worth {_worth(test.difference)} points"
    )
    if found.influenced is not None:
        apart = found.influenced
        told += (
            f"; of the {apart.examples} that owe most to them, {apart.without_memorised.percent()} against "
            f"{apart.without_random.percent()}"
        )
    return told


def _worth(found: Measured) -> str:
    """Return minus a difference in points, with its interval."""
    low, high = found.interval or (found.value, found.value)
    return Measured(-100 * found.value, -100 * high, -100 * low).plain(2)
