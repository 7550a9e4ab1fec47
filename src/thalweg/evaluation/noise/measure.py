"""What networks say about inputs that show nothing: how sure they are of television static.

A classifier that spreads its probability over the classes has a confidence of about 1/classes on noise. The
lesson's network does not: nothing in its training asked for that.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from thalweg.data.dataset import Split
from thalweg.data.noise import kinds_for
from thalweg.errors import one_of
from thalweg.evaluation.asked import refuse_dataset
from thalweg.evaluation.classifier import AnyClassifier, Predictions, as_classifier, predictions
from thalweg.evaluation.noise.record import Noise, NoiseAnswers, NoiseKind
from thalweg.evaluation.noise.scale_sweep import EXAMPLES as SWEPT, scale_sweep
from thalweg.measured import Measured
from thalweg.statistics.intervals import crossed, student
from thalweg.wording import kind_of

THRESHOLDS = (0.9, 0.95, 0.99)
EXAMPLES = 1_000
NOISE_BYTES, SPLIT_BYTES, LEAST = 1024**3, 4 * 1024**3, 8
"""What inputs of noise of one kind, and those of the split, may take; and the fewest that are made."""

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def noise(
    classifier: AnyClassifier,
    split: Split,
    *,
    kinds: Iterable[str] | None = None,
    examples: int = EXAMPLES,
    sweep: bool = True,
    seed: int = 0,
    level: float = 0.95,
) -> Noise:
    """Measure how sure `classifier` is of inputs that show nothing (far out-of-distribution inputs).

    Args:
        classifier: as for `accuracy`.
        split: real examples, for their shape and for the pixels to shuffle; labels are not used.
        kinds: names of `thalweg.data.noise.KINDS`; by default all that make sense for these inputs.
        examples: noise inputs of each kind, fewer where they would take more than 1 GB; a kind without chance
            in it is shown once.
        sweep: whether to ask about real examples and static multiplied by up to 10,000 as well.
        seed: the same seed shows the same images.
        level: confidence level of every interval, 0..1.

    Raises `EvaluationError` for an unknown kind or a classifier that `accuracy` would refuse, `DataError` for
    fewer than one example.

    Examples:
        >>> import thalweg as tw
        >>> tw.evaluation.noise(population, digits.test, kinds=["uniform"], examples=100, sweep=False)
        mean confidence on noise: uniform ... % [..., ...]
    """
    refuse_dataset(split)
    asked = as_classifier(classifier)
    pictures = _affordable(split.input_shape)
    if pictures < examples:
        asked.note(
            f"Noise as large as {_said(split.input_shape)}: {pictures:,} of each kind, not {examples:,}."
        )
        examples = pictures
    inputs = _some(split, pictures)
    known = kinds_for(inputs.shape[1:])
    measured = {}
    for name in known if kinds is None else kinds:
        images = _without_repeats(known[one_of(known, name, "kind of noise")](inputs, examples, seed))
        measured[name] = _kind(predictions(asked, images, classes=split.classes), level)
    swept = None
    if sweep:
        static = known["uniform"](inputs, min(examples, SWEPT), seed)
        sources = {"test": inputs[_spread(len(inputs))], "uniform": static}
        swept = scale_sweep(asked, sources, classes=split.classes, level=level)
    return Noise(
        measured, swept, tuple(split.class_names), asked.excluded, kind_of_data=kind_of(split.input_shape)
    )


def _affordable(input_shape: tuple[int, ...]) -> int:
    """Return how many inputs of this shape are made at a time, and at most: making them takes copies."""
    return max(LEAST, NOISE_BYTES // (4 * math.prod(input_shape)))


def _some(split: Split, most: int) -> np.ndarray:
    """Return the inputs of the split, evenly spaced ones where they are too large to have all at once."""
    if len(split) * 4 * math.prod(split.input_shape) <= SPLIT_BYTES:
        return split.inputs
    return split.take(np.linspace(0, len(split) - 1, min(most, len(split))).astype(int)).inputs


def _said(shape: tuple[int, ...]) -> str:
    return " x ".join(f"{side:,}" for side in shape)


def _spread(examples: int) -> np.ndarray:
    """Return the places of at most 500 examples, evenly spaced: classes may come in blocks."""
    return np.linspace(0, examples - 1, min(examples, SWEPT)).astype(int)


def _kind(answers: Predictions, level: float) -> NoiseKind:
    ensemble_confidence = answers.ensemble_confidence
    return NoiseKind(
        members=_answers(answers.predicted, answers.confidence, answers.classes, level),
        ensemble=_answers(
            answers.ensemble_predicted[None, :], ensemble_confidence[None, :], answers.classes, level
        ),
        confidence=answers.confidence,
        ensemble_confidence=ensemble_confidence,
    )


def _answers(predicted: np.ndarray, confidence: np.ndarray, classes: int, level: float) -> NoiseAnswers:
    named = _classes_named(predicted, classes)
    return NoiseAnswers(
        mean_confidence=crossed(confidence, level, limits=(0.0, 1.0)).measured,
        share_above={limit: crossed(confidence > limit, level).measured for limit in THRESHOLDS},
        quantiles=dict(zip(QUANTILES, np.quantile(confidence, QUANTILES).tolist(), strict=True)),
        class_shares=np.bincount(predicted.ravel(), minlength=classes) / predicted.size,
        classes_named=Measured.of(float(named.mean()), student(named, level)),
    )


def _classes_named(predicted: np.ndarray, classes: int) -> np.ndarray:
    """Return the number of different classes [examples] that the members name for each image."""
    named = np.zeros((classes, predicted.shape[1]), dtype=bool)
    for answers in predicted:
        named[answers, np.arange(len(answers))] = True
    return named.sum(axis=0)


def _without_repeats(images: np.ndarray) -> np.ndarray:
    # A kind without chance gives the same image every time; repeats would pass for independent examples.
    return images[:1] if (images == images[:1]).all() else images
