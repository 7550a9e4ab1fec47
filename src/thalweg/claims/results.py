"""Claims 12 to 14, 23 and 24: how often it is right, and what newer means add."""

from __future__ import annotations

from thalweg.claims.claim import FAILS, HOLDS, IN_PART, Claim, Found, at_least, within
from thalweg.claims.laboratory import Laboratory
from thalweg.errors import NotApplicable
from thalweg.measured import Measured
from thalweg.statistics import intervals


def ninety_six(laboratory: Laboratory) -> Found:
    """Measure the lesson's network on new digits."""
    return _accuracy(laboratory, "classic", lambda number: within(number, (0.95, 0.97), part=(0.93, 0.99)))


def ninety_eight(laboratory: Laboratory) -> Found:
    """Measure the best plain network."""
    return _accuracy(laboratory, "tweaked", lambda number: at_least(number, 0.98, part=0.97))


def _accuracy(laboratory: Laboratory, recipe: str, rule) -> Found:  # type: ignore[no-untyped-def]
    test = laboratory.accuracy_of(recipe).test
    number = test.measured
    return Found(
        number,
        f"{number.percent()} of new examples right",
        rule(number),
        f"recipe {recipe}, n = {test.members} members x {test.examples:,} test examples, last epoch; "
        "interval "
        "over starts and examples",
    )


def sophisticated(laboratory: Laboratory) -> Found:
    """Compare a convolutional network with the lesson's, on the same examples."""
    return _lead(laboratory, "convnet", "classic")


def modern(laboratory: Laboratory) -> Found:
    """Compare the lesson's network trained with modern means to the same network trained with the old."""
    return _lead(laboratory, "classic-modern", "classic")


def _lead(laboratory: Laboratory, better: str, worse: str) -> Found:
    found = laboratory.compared(better, worse)
    number = found.difference.measured
    ours, theirs = (accuracy.mean for accuracy in found.accuracies)
    return Found(
        number,
        f"{better} is right on {100 * ours:.1f} %, {worse} on {100 * theirs:.1f} %: {number.percent()} more",
        at_least(number, 0.0),
        f"n = {found.members[0]} and {found.members[1]} members x {found.examples:,} test examples; interval "
        "over starts and examples",
    )


def book(laboratory: Laboratory) -> Found:
    """Reproduce the accuracies of the book's first chapter."""
    from thalweg.studies.nielsen.settings import Settings
    from thalweg.studies.nielsen.study import nielsen

    laboratory.tell("reproducing the book")
    on_mnist = laboratory.dataset.name == "mnist"
    settings = Settings(members=laboratory.sizes.book, chapters=("1",), most_epochs=0 if on_mnist else 10)
    found = nielsen(laboratory.dataset, settings, seed=laboratory.seed)
    inside = [verdict for _, _, verdict in found.judged]
    if not inside:
        return _book_without_numbers(laboratory, found)
    number = intervals.counted(sum(inside), len(inside))
    return Found(
        number,
        f"{sum(inside)} of {len(inside)} printed accuracies lie where one more run of ours would"
        + (f", {len(found.not_tested)} are not tested" if found.not_tested else ""),
        HOLDS if number.value == 1.0 else IN_PART if number.value >= 0.5 else FAILS,
        f"chapter 1, {settings.members} starts of each row, his 50,000 training images; 95 % prediction "
        "intervals of one run",
    )


def _book_without_numbers(laboratory: Laboratory, found) -> Found:  # type: ignore[no-untyped-def]
    # on other data there is nothing printed to compare with, but his ranking can be asked for
    by_name = {one.row.name: one.last for one in found.rows_reproduced}
    good, slow = by_name["30 neurons, quadratic"], by_name["100 neurons, rate 0.001"]
    if len(good) < 2:
        raise NotApplicable("One start says nothing about luck.", hint="use more members.")
    lead = good[: len(slow)] - slow[: len(good)]
    number = Measured.of(float(lead.mean()), intervals.student(lead, limits=(-1.0, 1.0)))
    return Found(
        number,
        f"on {laboratory.data.name} his network is {number.percent()} better than with his slow learning "
        "rate",
        IN_PART if number.low is not None and number.low > 0 else FAILS,
        "no numbers were printed for these data: only the order of his rows is compared; interval over "
        "starts",
    )


CLAIMS = (
    Claim(
        12,
        "The network is right on about 96 % of new digits.",
        "13:14",
        "95 to 97 %",
        "holds inside that, in part from 93 to 99 %",
        "accuracy",
        ninety_six,
    ),
    Claim(
        13,
        "Tweaking it brings 98 %.",
        "13:36",
        "98 % or more",
        "holds if the whole interval is at 98 % or above, in part if the mean is above 97 %",
        "accuracy",
        ninety_eight,
    ),
    Claim(
        14,
        "More sophisticated networks do better.",
        "13:43",
        "a convolutional network is right more often",
        "holds if the whole interval of the difference is above 0, in part if the difference is",
        "accuracy",
        sophisticated,
    ),
    Claim(
        23,
        "This is old technology; modern means add to it.",
        "16:17",
        "the same 13,002 numbers, trained by modern means, are right more often",
        "holds if the whole interval of the difference is above 0, in part if the difference is",
        "accuracy",
        modern,
    ),
    Claim(
        24,
        "Nielsen's book shows it with code that anyone can run.",
        "17:04",
        "his printed accuracies are ones that our starts produce too",
        "holds if all that are tested are inside the interval of one more run, in part if half are (or, on "
        "other data, if his rows come in his order); an interval wider than 20 points tests nothing",
        "study nielsen",
        book,
    ),
)
