"""Whether rows of numbers are probabilities, and if not, what they look like."""

from __future__ import annotations

import numpy as np

from thalweg.errors import ThalwegError

EDGE = 1e-6
"""How far outside 0..1 a probability may fall by float32 rounding."""

EXACT, ROUNDED = 1e-3, 0.01 + EDGE
"""A row whose sum is this close to 1 is taken as it is; one rounded for print is divided by its sum."""


def probability_rows(
    table: np.ndarray, what: str, error: type[ThalwegError]
) -> tuple[np.ndarray, str | None]:
    """Return `table` [members, examples, classes] as probabilities, and a note where it was changed.

    Rows that sum to one within .001 stay bit for bit; where some are only within .01, as after printing with
    two digits, every row is divided by its sum. Raises `error` for anything else, saying what of `what` is
    wrong and, where that can be seen, what the numbers are instead.
    """
    _refuse_not_finite(table, what, error)
    sums = table.sum(axis=2, dtype=np.float64)
    off = np.abs(sums - 1)
    low, high = float(table.min()), float(table.max())
    inside = low >= -EDGE and high <= 1 + EDGE
    if inside and off.max() <= EXACT:
        return table, None
    if inside and off.max() <= ROUNDED:
        note = f"{what} are rounded: {np.count_nonzero(off > EXACT):,} of {off.size:,} rows sum to one "
        return table / sums[..., None], f"{note}within .01 only. Each is divided by its sum."
    if not inside:
        raise error(
            f"{what} run from {low:.4g} to {high:.4g}: expected 0..1.", hint=_instead(table, sums, low)
        )
    member, example = (int(place) for place in np.unravel_index(off.argmax(), off.shape))
    raise error(
        f"{what} of example {example} (member {member}) sum to {sums[member, example]:.4g}: expected 1 "
        "within .01.",
        hint=_transposed(table) or "divide each row by its sum, or apply softmax to logits.",
    )


def _refuse_not_finite(table: np.ndarray, what: str, error: type[ThalwegError]) -> None:
    finite = np.isfinite(table)
    if not finite.all():
        member, example, label = (int(place) for place in np.argwhere(~finite)[0])
        raise error(
            f"{what}: {table[member, example, label]} (member {member}, example {example}, class {label}), "
            "expected a finite number.",
            hint="leave out members that diverged (mark them in `diverged`), or mend the model.",
        )


def _instead(table: np.ndarray, sums: np.ndarray, low: float) -> str:
    """Return what numbers outside 0..1 look like, and what to do with them."""
    if low >= -EDGE and np.abs(sums - 100).max() <= 100 * ROUNDED:
        return "these are percentages: divide by 100."
    if low >= -EDGE and (table == np.floor(table)).all() and np.ptp(sums) == 0:
        return f"these are counts of {sums.flat[0]:.0f} votes: divide by {sums.flat[0]:.0f}."
    if table.max() <= EDGE and np.abs(np.exp(table.astype(np.float64)).sum(axis=2) - 1).max() <= ROUNDED:
        return "these are logarithms of probabilities: apply exp."
    return "these look like logits: apply softmax first."


def _transposed(table: np.ndarray) -> str:
    """Return what to do where columns sum to one and rows do not."""
    columns = table.sum(axis=1, dtype=np.float64)
    if np.abs(columns - 1).max() > ROUNDED:
        return ""
    return "each column sums to one: the table is transposed; give probabilities.T, one row an example."


def shape_hint(shape: tuple[int, ...], examples: int, classes: int | None = None) -> str:
    """Return what to do about a `shape` whose axes stand in another order; empty where that is not seen."""
    fits = classes is None or (len(shape) > 1 and shape[-2] == classes)
    if len(shape) == 2 and shape[1] == examples and shape[0] != examples and fits:
        return "the table is transposed: give probabilities.T, one row an example and one column a class."
    if len(shape) == 3 and shape[0] == examples and shape[1] != examples:
        return "examples stand first: give np.moveaxis(probabilities, 0, 1), members before examples."
    if shape in ((examples,), (examples, 1)) and classes in (None, 2):
        return "of a two-class model with one output p, give np.stack([1 - p, p], axis=-1)."
    return ""
