"""Words that fit the data: what is said of pictures is not said of rows of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

EVEN_ERRORS = "right if wrong labels strike easy and hard examples alike"
"""What a count of wrong labels rests on that is read from probabilities alone."""

INTERVALS = "[low, high] is a 95 % interval, each for itself: of twenty, one may miss"
"""What is said once of all the intervals that follow; they are not corrected for their number."""

PICTURES, FEATURES = "pictures", "features"
"""The kinds of data: grids of pixels, or rows of numbers (columns of a table, embeddings)."""


@dataclass(frozen=True)
class Words:
    """What differs from one kind of data to the other, in the words of terminal, figures and report.

    `noise`: kind of noise -> what it is, for a terminal; `noise_in_short`: the same in two or three words.
    `static`: what uniform noise is called, and `such` of it. `turned_up`: the question about inputs made
    ever larger, and `larger` how figures say it. `questions`: those of an evaluation that are asked in other
    words. `applies_not`: evaluation -> why it has nothing to measure on such data. `factors`: what changes
    answers.
    `near`, `far`: outliers that are like real examples, and those that are not; `noise_at_large` what the
    latter are called in short, `no_near_sets` why there are none of the former. `one_input`: of what the
    largest change is measured. `span`: what a change is a share of, None where it is in standard deviations.
    `sure_of_noise`: the headline about uniform noise, and `noise_said` what that is in a sentence.
    """

    noise: Mapping[str, str]
    noise_in_short: Mapping[str, str]
    static: str
    such: str
    turned_up: str
    larger: str
    sure_of_noise: str
    noise_said: str
    factors: str
    near: str
    far: str
    noise_at_large: str
    no_near_sets: str
    one_input: str
    span: str | None
    questions: Mapping[str, str] = field(default_factory=dict)
    applies_not: Mapping[str, str] = field(default_factory=dict)


OF_PICTURES = Words(
    noise={
        "uniform": "television static (uniform noise)",
        "gaussian": "grey static (Gaussian noise)",
        "shuffled": "real examples with their pixels shuffled",
        "blank": "an empty example",
        "low_frequency": "soft clouds (low-frequency noise)",
        "inverted": "real examples in negative",
    },
    noise_in_short={
        "uniform": "static",
        "gaussian": "grey static",
        "shuffled": "shuffled pixels",
        "blank": "nothing at all",
        "low_frequency": "soft clouds",
        "inverted": "negatives",
    },
    static="television static",
    such="such pictures",
    turned_up="And if static is turned up, far brighter than white?",
    larger="stronger",
    sure_of_noise="Sure of static",
    noise_said="random noise",
    factors="the place, size, angle and thickness of what is shown, damage to the picture",
    near="pictures that look alike but belong to no class",
    far="pictures of nothing",
    noise_at_large="noise",
    no_near_sets="no such data set is on this machine",
    one_input="pixel",
    span="the way from black to white",
)

OF_FEATURES = Words(
    noise={
        "uniform": "random values (each feature anywhere in its range)",
        "gaussian": "random values (each feature about its mean)",
        "shuffled": "real values, each feature from another example",
        "blank": "an example with every feature at its mean",
    },
    noise_in_short={
        "uniform": "random values",
        "gaussian": "values about the mean",
        "shuffled": "shuffled columns",
        "blank": "every feature average",
    },
    static="random values",
    such="such examples",
    turned_up="And if random values are multiplied, far beyond any that were seen?",
    larger="larger",
    sure_of_noise="Sure of random values",
    noise_said="values drawn at random",
    factors="values outside the range that was learned from, features measured in another way",
    near="examples that look alike but belong to no class",
    far="made-up examples",
    noise_at_large="made-up examples",
    no_near_sets='not asked: pass examples of your own, outliers(..., sets={"others": inputs})',
    one_input="feature",
    span=None,
    questions={
        "noise": "How sure is it of values drawn at random?",
        "adversarial": "How small a nudge of the features defeats it?",
    },
    applies_not={
        "shift": "Only pictures can be moved, turned and damaged; these data are rows of features.",
        "features": "Only weights that read pixels have neighbours; these networks read rows of features.",
        "dreams": "Only pictures can be drawn; these networks read rows of features.",
    },
)
_WORDS = {PICTURES: OF_PICTURES, FEATURES: OF_FEATURES}


def kind_of(input_shape: Sequence[int]) -> str:
    """Return the kind of data whose examples have this shape: one axis is features, none is not known.

    Examples:
        >>> from thalweg.wording import kind_of
        >>> kind_of((28, 28)), kind_of((4,))
        ('pictures', 'features')
    """
    return FEATURES if len(input_shape) == 1 else PICTURES


def kind_of_run(record: Mapping[str, Any]) -> str:
    """Return the kind of data that the record of a run is about, by its `input_shape` if it says no more."""
    return str(record.get("kind_of_data") or kind_of(record.get("input_shape") or ()))


def words_for(kind: str) -> Words:
    """Return the words for a kind of data; those of pictures for one that is not known."""
    return _WORDS.get(kind, OF_PICTURES)


FEW, UNBOUNDED = 200, 72
"""Of so few examples intervals of detection are rough; fewer do not bound where 95 % of their kind lie."""


def on_detection(known: int, outliers: int, areas: Sequence[float] = ()) -> list[str]:
    """Return what is to be said of the 95 % intervals that tell how well outliers are detected.

    `known` and `outliers`: number of examples of each kind. `areas`: the area under the ROC curve of each
    member, where there are several. What is said was found by simulation (benchmarks/intervals/outliers.py).

    Examples:
        >>> from thalweg.wording import on_detection
        >>> on_detection(10_000, 2_000)
        []
        >>> len(on_detection(300, 50))
        2
    """
    said, members = [], len(areas)
    if min(known, outliers) < FEW:
        few = f"{known:,} real examples" if known < outliers else f"{outliers:,} outliers"
        said.append(f"{few} are few: an interval may hold 88 or 99 times of 100 instead of 95")
    if outliers < UNBOUNDED:
        said.append(
            f"fewer than {UNBOUNDED} outliers do not say where 95 % of all lie: the share of real examples "
            "that catching so many flags is hardly bounded from above"
        )
    if members == 2:
        said.append("two networks say little of other starts: intervals are wider than they need to be")
    if members > 2 and _skewed(areas):
        said.append("networks differ much: an interval over other starts may hold 75 times of 100 only")
    return said


def _skewed(areas: Sequence[float]) -> bool:
    """Return whether shares spread so far, for how near they are to 0 or 1, that they must be skewed."""
    mean = sum(areas) / len(areas)
    spread = (sum((area - mean) ** 2 for area in areas) / (len(areas) - 1)) ** 0.5
    return spread > min(mean, 1 - mean) / 2
