"""How far from the pictures of its training a classifier still works, and whether it notices where not.

A network has seen digits in the middle of clean pictures. Two questions: how fast does accuracy fall as
pictures are moved, turned, blurred (response curves), and does confidence fall with it; and how often is it
wrong under the 15 corruptions of MNIST-C.
"""

from __future__ import annotations

from collections.abc import Iterable

from thalweg.data.corruptions import CORRUPTIONS, SMALLEST
from thalweg.data.dataset import Split
from thalweg.data.transforms import TRANSFORMS
from thalweg.errors import one_of
from thalweg.evaluation.asked import refuse_dataset
from thalweg.evaluation.classifier import AnyClassifier, as_classifier
from thalweg.evaluation.shift.changed import answered, some_pictures, unchanged
from thalweg.evaluation.shift.corruption_errors import corruption_errors
from thalweg.evaluation.shift.record import Shift
from thalweg.evaluation.shift.response_curves import response_curve

EXAMPLES, CORRUPTED_EXAMPLES = 2_000, 10_000


def shift(
    classifier: AnyClassifier,
    split: Split,
    *,
    transforms: Iterable[str] | None = None,
    corruptions: Iterable[str] | None = None,
    examples: int = EXAMPLES,
    corrupted_examples: int = CORRUPTED_EXAMPLES,
    seed: int = 0,
    level: float = 0.95,
) -> Shift:
    """Measure `classifier` on pictures changed more and more, and damaged.

    The field's words: robustness to distribution shift and to common corruptions.

    Args:
        classifier: as for `accuracy`.
        split: labelled pictures of at least 4x4 pixels, scaled to [0, 1].
        transforms: names of `thalweg.data.transforms.TRANSFORMS` to draw curves of; all of them by default.
        corruptions: names of `thalweg.data.corruptions.CORRUPTIONS` (Mu & Gilmer, *MNIST-C*, 2019), each at
            its published severity; all 15 by default.
        examples: pictures that each level of a curve is measured on, the same at every level.
        corrupted_examples: pictures that each corruption is measured on, the same for each.
        seed: the same seed picks the same pictures and changes them in the same way.
        level: confidence level of every interval, 0..1.

    Raises `NotApplicable` for data that are not pictures, `EvaluationError` for an unknown name or a
    classifier that `accuracy` would refuse.

    Examples:
        >>> import thalweg as tw
        >>> found = tw.evaluation.shift(population, digits.test, transforms=["rotation"], corruptions=[])
        >>> print(*found.rows()[0])
        What if a picture is turned by 30 degrees? ... % -> ... % [..., ...] right, and ... % sure
    """
    refuse_dataset(split)
    asked = as_classifier(classifier)
    curved = _known("transform", transforms, tuple(TRANSFORMS))
    damaged = _known("corruption", corruptions, tuple(CORRUPTIONS))
    some = some_pictures(split, examples, seed, smallest=SMALLEST)
    many = some_pictures(split, corrupted_examples, seed)
    clean = answered(asked, some, unchanged, seed)
    curves = {
        name: response_curve(asked, some, TRANSFORMS[name], clean=clean, seed=seed, level=level)
        for name in curved
    }
    errors = None
    if damaged:
        many_clean = clean if len(many) == len(some) else answered(asked, many, unchanged, seed)
        errors = corruption_errors(asked, many, damaged, seed=seed, level=level, clean=many_clean)
    return Shift(curves, errors, clean.members, clean.examples, asked.excluded)


def _known(kind: str, names: Iterable[str] | None, known: tuple[str, ...]) -> list[str]:
    chosen = list(known if names is None else names)
    for name in chosen:
        one_of(known, name, kind)
    return chosen
