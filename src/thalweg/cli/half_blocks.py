"""A picture in a terminal: two pixels a sign, in colours where there are any, else as darker signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from rich.text import Text

TALLEST, SMALLEST = 44, 20
"""Rows of pixels at most; smaller pictures are made larger, by whole numbers, up to about so many."""

RAMP = " .:-=+*#%@"
"""From black to white, where there are no colours."""

HALF = "\u2580"


def picture_lines(picture: np.ndarray, *, columns: int, colours: bool) -> list[Text]:
    """Return the lines of a picture uint8 [height, width] or [height, width, 3], no wider than `columns`."""
    import numpy as np
    from rich.color import Color
    from rich.style import Style
    from rich.text import Text

    levels = _fitted(picture, columns)
    if len(levels) % 2:
        levels = np.concatenate([levels, np.zeros_like(levels[:1])])
    if not colours:
        grey = levels.mean(axis=2).reshape(-1, 2, levels.shape[1]).mean(axis=1)
        places = np.minimum((grey / 256 * len(RAMP)).astype(int), len(RAMP) - 1)
        return [Text("".join(RAMP[place] for place in row)) for row in places.tolist()]
    lines = []
    for upper, lower in zip(levels[::2].tolist(), levels[1::2].tolist(), strict=True):
        line = Text()
        for above, below in zip(upper, lower, strict=True):
            line.append(HALF, Style(color=Color.from_rgb(*above), bgcolor=Color.from_rgb(*below)))
        lines.append(line)
    return lines


def _fitted(picture: np.ndarray, columns: int) -> np.ndarray:
    """Return the picture in three colours, in a size that fits."""
    import numpy as np
    from PIL import Image

    flat = picture[..., 0] if picture.ndim == 3 and picture.shape[2] == 1 else picture
    image = Image.fromarray(flat).convert("RGB")
    factor = min(SMALLEST // image.height, columns // image.width)
    if factor > 1:
        image = image.resize((factor * image.width, factor * image.height), Image.Resampling.NEAREST)
    image.thumbnail((columns, TALLEST))  # makes smaller only
    return np.asarray(image)
