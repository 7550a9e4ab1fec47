"""Claims 19 to 22: many minima, memory, and structure."""

from __future__ import annotations

from thalweg.claims.claim import Claim, Found, at_least, at_most
from thalweg.claims.laboratory import Laboratory
from thalweg.errors import NotApplicable


def different_minima(laboratory: Laboratory) -> Found:
    """Measure the hill between pairs of starts after their neurons were matched."""
    found = laboratory.connectivity
    number = found["activations"].barrier
    return Found(
        number,
        f"between two trained networks the cost rises by {number.plain(3)}, even with their neurons matched "
        f"(as they are: {found['unaligned'].barrier.plain(3)})",
        at_least(number, 0.0),
        f"{len(found.pairs)} pairs of {len(found.members)} members, {len(found.examples):,} test examples; "
        "interval over pairs",
    )


def memory(laboratory: Laboratory) -> Found:
    """Train on labels that mean nothing."""
    found = laboratory.remembering
    curves = found.arm("random")
    assert curves is not None, "asked for"
    number = curves.final("train")
    return Found(
        number,
        f"{number.percent()} of {found.examples:,} random labels remembered; new examples "
        f"{curves.final('test').percent()}",
        at_least(number, 0.99, part=0.9),
        f"{found.settings.members} members, one hidden layer of {found.settings.width}, at most "
        f"{found.settings.epochs} epochs; interval over starts",
    )


def structure(laboratory: Laboratory) -> Found:
    """Compare how many epochs random and true labels take."""
    found = laboratory.remembering
    level = next((level for level in (1.0, 0.99, 0.9) if found.epochs_ratio(level) is not None), None)
    number = None if level is None else found.epochs_ratio(level)
    if number is None:
        raise NotApplicable("Random labels were not fitted to 90 %.", hint="train for longer.")
    return Found(
        number,
        f"random labels take {number.plain(1)} times as many epochs to {100 * (level or 0):.0f} % as true "
        "ones",
        at_least(number, 1.0),
        f"{found.settings.members} pairs of members of the same start, {found.examples:,} examples; "
        "interval over "
        "starts",
    )


def equal_minima(laboratory: Laboratory) -> Found:
    """Separate how much starts truly differ in accuracy from the luck of the test set."""
    from thalweg.studies.starts.settings import Settings
    from thalweg.studies.starts.study import starts

    laboratory.tell("training many starts")
    count = laboratory.sizes.study_starts
    settings = Settings(
        members=count, widths=(16,), shuffled=False, shuffled_members=min(8, count), aligned_members=0
    )
    found = starts(laboratory.data, settings, seed=laboratory.seed)[16].true_accuracy
    number = found.true
    return Found(
        number,
        f"the true accuracy of starts differs by {number.times(100).plain()} points (sd); on this test set "
        f"they seem to differ by {100 * found.seen.value:.2f}",
        at_most(number, 0.005, part=0.01),
        f"{count} starts of 16 and 16 hidden neurons, two-way variance components; interval over starts and "
        f"examples; p = {found.p_value:.2g} of 'all are equal'",
    )


CLAIMS = (
    Claim(
        19,
        "Where it ends depends on where it starts; nothing promises the lowest place.",
        "06:33",
        "a hill between two trained networks",
        "holds if the whole interval of the barrier is above 0",
        "connectivity",
        different_minima,
    ),
    Claim(
        20,
        "A network can remember labels that were shuffled and mean nothing.",
        "18:21",
        "all random labels right",
        "holds if the whole interval is at 99 % or above, in part if the mean is above 90 %",
        "study random-labels",
        memory,
    ),
    Claim(
        21,
        "Structured data are learned faster than random ones.",
        "19:03",
        "random labels take more epochs",
        "holds if the whole interval of the ratio is above 1, in part if the ratio is",
        "study random-labels",
        structure,
    ),
    Claim(
        22,
        "On structured data, the minima that are found are about equally good.",
        "19:43",
        "starts differ by less than half a point of accuracy",
        "holds if the whole interval of their sd is below half a point, in part if the sd is below one",
        "study starts",
        equal_minima,
    ),
)
