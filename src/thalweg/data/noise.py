"""Inputs that belong to no class: what does a network say to television static?

Every generator has the same signature, `(inputs, examples, seed)`: `inputs` are real network inputs, images
[n, height, width(, channels)] in [0, 1] or features [n, inputs]; what comes back is float32 [examples, *shape
of one input], the same for the same seed. Images stay in [0, 1]; features keep to the range seen in `inputs`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from thalweg.errors import DataError

Generator = Callable[[np.ndarray, int, int], np.ndarray]

GREY, CONTRAST = 0.5, 0.25
CYCLES = 3


def uniform(inputs: np.ndarray, examples: int, seed: int) -> np.ndarray:
    """Television static: each pixel uniform in [0, 1]; each feature uniform over its range in `inputs`."""
    generator = _generator(inputs, examples, seed, "uniform")
    lowest, highest = _range(inputs)
    values = generator.random((examples, *inputs.shape[1:]), dtype=np.float32)
    return (lowest + values * (highest - lowest)).astype(np.float32)


def gaussian(inputs: np.ndarray, examples: int, seed: int) -> np.ndarray:
    """Normal noise, clipped to the range: pixels of mean 0.5 and deviation 0.25, features of their own."""
    generator = _generator(inputs, examples, seed, "gaussian")
    values = generator.standard_normal((examples, *inputs.shape[1:]), dtype=np.float32)
    mean, deviation = (GREY, CONTRAST) if _is_images(inputs) else (inputs.mean(axis=0), inputs.std(axis=0))
    return np.clip(mean + values * deviation, *_range(inputs)).astype(np.float32)


def shuffled(inputs: np.ndarray, examples: int, seed: int) -> np.ndarray:
    """Real ink without shape: the pixels of a real image in random order, a new order for each image.

    Channels stay together. Of features, each is drawn from another real example: every value is real, their
    combination is not.
    """
    generator = _generator(inputs, examples, seed, "shuffled")
    if not _is_images(inputs):
        rows = generator.integers(len(inputs), size=(examples, inputs.shape[1]))
        return np.take_along_axis(inputs, rows, axis=0).astype(np.float32)
    chosen = inputs[_choice(generator, inputs, examples)]
    pixels = chosen.reshape(examples, chosen.shape[1] * chosen.shape[2], -1)
    order = generator.random(pixels.shape[:2], dtype=np.float32).argsort(axis=1)
    return np.take_along_axis(pixels, order[:, :, None], axis=1).reshape(chosen.shape).astype(np.float32)


def blank(inputs: np.ndarray, examples: int, seed: int) -> np.ndarray:
    """Nothing at all: black images; of features, every one at its mean. `seed` changes nothing."""
    _generator(inputs, examples, seed, "blank")
    value = 0.0 if _is_images(inputs) else inputs.mean(axis=0)
    return np.broadcast_to(np.float32(value), (examples, *inputs.shape[1:])).copy()


def low_frequency(inputs: np.ndarray, examples: int, seed: int) -> np.ndarray:
    """Soft clouds: noise of at most three cycles an image, stretched to [0, 1] in each. Images only."""
    generator = _generator(inputs, examples, seed, "low_frequency")
    _needs_images(inputs, "low_frequency")
    height, width = inputs.shape[1:3]
    channels = inputs.shape[3] if inputs.ndim == 4 else 1
    static = generator.standard_normal((examples, channels, height, width), dtype=np.float32)
    rows, columns = np.fft.fftfreq(height) * height, np.fft.rfftfreq(width) * width
    passed = np.hypot(rows[:, None], columns[None, :]) <= CYCLES
    clouds = np.fft.irfft2(np.fft.rfft2(static) * passed, s=(height, width))
    lowest = clouds.min(axis=(1, 2, 3), keepdims=True)
    spread = np.maximum(clouds.max(axis=(1, 2, 3), keepdims=True) - lowest, np.finfo(np.float32).tiny)
    clouds = np.moveaxis((clouds - lowest) / spread, 1, -1)
    return np.clip(clouds, 0.0, 1.0).reshape(examples, *inputs.shape[1:]).astype(np.float32)


def inverted(inputs: np.ndarray, examples: int, seed: int) -> np.ndarray:
    """Dark ink on bright paper: `1 - x` of randomly chosen real images. Images only."""
    generator = _generator(inputs, examples, seed, "inverted")
    _needs_images(inputs, "inverted")
    return (1.0 - inputs[_choice(generator, inputs, examples)]).astype(np.float32)


KINDS: dict[str, Generator] = {
    "uniform": uniform,
    "gaussian": gaussian,
    "shuffled": shuffled,
    "blank": blank,
    "low_frequency": low_frequency,
    "inverted": inverted,
}
FEATURE_KINDS = ("uniform", "gaussian", "shuffled", "blank")


def kinds_for(input_shape: tuple[int, ...]) -> dict[str, Generator]:
    """Return the kinds that make sense for inputs of `input_shape`: all for images, four for features."""
    return KINDS if len(input_shape) > 1 else {name: KINDS[name] for name in FEATURE_KINDS}


def _generator(inputs: np.ndarray, examples: int, seed: int, kind: str) -> np.random.Generator:
    """Return the random numbers of this kind and seed, after a look at the arguments."""
    if examples < 1 or inputs.ndim < 2 or len(inputs) == 0:
        raise DataError(
            f"noise.{kind}: {examples} examples asked for, from inputs of shape {inputs.shape}: expected at "
            "least one example, and inputs with a first axis of examples.",
            hint="pass the inputs of a split, e.g. dataset.test.inputs.",
        )
    return np.random.default_rng([seed, list(KINDS).index(kind)])


def _is_images(inputs: np.ndarray) -> bool:
    return inputs.ndim >= 3


def _needs_images(inputs: np.ndarray, kind: str) -> None:
    if not _is_images(inputs):
        raise DataError(
            f"noise.{kind} is for images, and the inputs are features of shape {inputs.shape}.",
            hint=f"for features there are {', '.join(FEATURE_KINDS)}; see kinds_for.",
        )


def _range(inputs: np.ndarray) -> tuple[np.ndarray | float, np.ndarray | float]:
    """Return the lowest and highest value that noise may have: of pixels, or of each feature."""
    return (0.0, 1.0) if _is_images(inputs) else (inputs.min(axis=0), inputs.max(axis=0))


def _choice(generator: np.random.Generator, inputs: np.ndarray, examples: int) -> np.ndarray:
    """Return indices of real examples, none twice unless more are asked for than there are."""
    return generator.choice(len(inputs), size=examples, replace=examples > len(inputs))
