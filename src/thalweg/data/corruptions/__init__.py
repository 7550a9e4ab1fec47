"""The 15 corruptions of MNIST-C, made anew at their published severities.

N. Mu & J. Gilmer, *MNIST-C: A Robustness Benchmark for Computer Vision*, 2019; the parameters are the
defaults of the authors' release (google-research/mnist-c). Each is a function `(images, seed)`: `images`
[examples, height, width(, channels)] in [0, 1], at least SMALLEST pixels a side; what comes back is float32
in [0, 1] of the same shape, the same for the same seed. Lengths are pixels, as published for 28x28; what
spans a picture (stripes, lines) spans pictures of any size. A docstring says where a corruption differs from
the release; no result is rounded to 256 grey levels, as the released files are.

`from thalweg.data.corruptions import CORRUPTIONS`, then `CORRUPTIONS["fog"](digits.test.inputs, seed)`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from thalweg.data.corruptions.blur import glass_blur, motion_blur
from thalweg.data.corruptions.edges import canny_edges
from thalweg.data.corruptions.fog import fog
from thalweg.data.corruptions.geometry import rotate, scale, shear, translate
from thalweg.data.corruptions.light import brightness, stripe
from thalweg.data.corruptions.lines import SMALLEST as SMALLEST, dotted_line, zigzag
from thalweg.data.corruptions.noise import impulse_noise, shot_noise
from thalweg.data.corruptions.spatter import spatter

Corruption = Callable[[np.ndarray, int], np.ndarray]

CORRUPTIONS: dict[str, Corruption] = {
    "shot_noise": shot_noise,
    "impulse_noise": impulse_noise,
    "glass_blur": glass_blur,
    "motion_blur": motion_blur,
    "shear": shear,
    "scale": scale,
    "rotate": rotate,
    "brightness": brightness,
    "translate": translate,
    "stripe": stripe,
    "fog": fog,
    "spatter": spatter,
    "dotted_line": dotted_line,
    "zigzag": zigzag,
    "canny_edges": canny_edges,
}
"""Every corruption by its published name, in the published order."""
