"""The recorded way downhill: cost, slope and step after every epoch, and how steps go with the slope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.measured import Interval, Measured, as_percent
from thalweg.record import Entry, named
from thalweg.statistics.correlation import spearman
from thalweg.statistics.intervals import student
from thalweg.statistics.rounding import is_rounding

if TYPE_CHECKING:
    from thalweg.networks.path import Path
    from thalweg.weights.interpolation import EmpiricalCost

QUARTILES = (0.25, 0.5, 0.75)
CURVES = ("cost", "gradient_norm", "accuracy", "test_accuracy", "step_length", "turn")


@dataclass(frozen=True, eq=False)
class Walk(Entry):
    """Where members stood after each of `epochs` [snapshots], 0 the start. `members` [members]: which.

    `cost`, `gradient_norm`, `accuracy`: float64 [members, snapshots], over all the examples that were asked
    about; `test_accuracy` on new ones, None without. `step_length` [members, snapshots - 1]: distance of
    weights from one snapshot to the next, per epoch. `turn` [members, snapshots - 2]: cosine of the angle
    between one such step and the next; 1 is straight on, 0 a right angle, NaN for a step of no length.
    `cost_name`: of the cost; where it is rounding its slope is too, and nothing is concluded from either.
    """

    epochs: np.ndarray
    members: np.ndarray
    cost: np.ndarray
    gradient_norm: np.ndarray
    accuracy: np.ndarray
    test_accuracy: np.ndarray | None
    step_length: np.ndarray
    turn: np.ndarray
    cost_name: str
    level: float = 0.95

    @property
    def sound(self) -> np.ndarray:
        """Whether the cost is more than rounding, bool [members, snapshots]."""
        return np.array([[not is_rounding(cost, self.cost_name) for cost in own] for own in self.cost])

    @property
    def rounding_from(self) -> int | None:
        """The first epoch after which half of the members or more have a cost of rounding."""
        lost = np.flatnonzero(self.sound.mean(axis=0) <= 0.5)
        return int(self.epochs[lost[0]]) if len(lost) else None

    @property
    def correlations(self) -> np.ndarray:
        """Rank correlation (Spearman) of step length and gradient norm before it, for each member.

        It is NaN for fewer than three steps, and where either never changes. Steps from where the cost is
        rounding are left out.
        """
        rows = zip(self.step_length, self.gradient_norm[:, :-1], self.sound[:, :-1], strict=True)
        return np.array([spearman(step[kept], slope[kept]) for step, slope, kept in rows])

    @property
    def steps_with_slope(self) -> Measured | None:
        """Mean of `correlations`, with its t interval over members; None where there are none."""
        return _mean(self.correlations, self.level, limits=(-1.0, 1.0))

    @property
    def shrinkage(self) -> tuple[Measured | None, Measured | None]:
        """The last step, and the slope before it, each as a share of the first one: means over members.

        Members whose cost is rounding by then are left out; None where that leaves none.
        """
        slope, sound = self.gradient_norm[:, :-1], self.sound[:, :-1].all(axis=1)
        return tuple(
            _mean(_ratio(values[sound, -1], values[sound, 0]), self.level)
            for values in (self.step_length, slope)
        )  # type: ignore[return-value]

    def band(self, curve: str) -> np.ndarray | None:
        """Return lower quartile, median and upper quartile over members, [3, points], of one of `CURVES`."""
        values = getattr(self, curve)
        if values is None or values.shape[1] == 0:
            return None
        bare = np.isnan(values).all(axis=0)  # no member moved: no angle
        return np.where(bare, np.nan, np.nanquantile(np.where(bare, 0.0, values), QUARTILES, axis=0))

    def content(self) -> Mapping[str, Any]:
        """Return every curve as `{low, median, high}` over members, and the correlation."""
        bands = {curve: self.band(curve) for curve in CURVES}
        step, slope = self.shrinkage
        return {
            "epochs": self.epochs,
            "members": self.members,
            **{
                curve: band if band is None else dict(zip(("low", "median", "high"), band, strict=True))
                for curve, band in bands.items()
            },
            "steps_with_slope": self.steps_with_slope,
            "correlations": self.correlations,
            "last_step": step,
            "last_slope": slope,
            "rounding_from": self.rounding_from,
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return every curve of every member."""
        curves = named(self, "epochs", "members", *CURVES)
        return {f"walk_{name}": values for name, values in curves.items() if values is not None}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        cost, slope = self.band("cost"), self.band("gradient_norm")
        assert cost is not None
        assert slope is not None
        epochs = self.epochs[-1]
        rows = [
            (
                f"How far down the hill did the ball roll in {epochs} epochs?",
                f"cost {cost[1, 0]:.4f} to {cost[1, -1]:.4f} (median of {len(self.members)})",
            ),
        ]
        if (lost := self.rounding_from) is None:
            steep = f"slope {slope[1, 0]:.3g} to {slope[1, -1]:.3g}"
        else:
            steep = f"slope {slope[1, 0]:.3g}; from epoch {lost} on the cost is rounding, and so is the slope"
        rows.append(("How steep is it at the top, and where it stopped?", steep))
        if (found := self.steps_with_slope) is not None:
            shown = "" if found.tells_from(0.0) else " (not shown)"
            rows.append(("Do steps shrink as the slope does?", f"rank correlation {found.plain()}{shown}"))
        (step, flat), turn = self.shrinkage, self.band("turn")
        if step is not None and flat is not None and len(self.epochs) > 2:
            text = f"step {as_percent(step.value)} of the first, where the slope is {as_percent(flat.value)}"
            rows.append(("How long is the last step?", text))
        if lost is None and turn is not None and np.isfinite(turn[1]).any():
            text = (
                f"cosine {turn[1, 0]:.2f} at first, {turn[1, -1]:.2f} at last (1 is straight on, 0 a corner)"
            )
            rows.append(("Does it go straight down?", text))
        return rows


def walk(
    path: Path,
    members: Sequence[int],
    empirical: EmpiricalCost,
    test: EmpiricalCost | None,
    *,
    level: float = 0.95,
) -> Walk:
    """Measure `members` of a path at every place: cost and slope on `empirical`, accuracy also on `test`."""
    from thalweg.weights.gradients import costs_and_gradients

    chosen = np.asarray(members)
    found = [costs_and_gradients(population[chosen].networks, empirical) for population in path]
    tested = None
    if test is not None:
        seen = [costs_and_gradients(population[chosen].networks, test, gradient=False) for population in path]
        tested = np.stack([one.accuracy for one in seen], axis=1)
    epochs = np.asarray(path.epochs)
    places = np.stack([path.flat(int(member)) for member in chosen])
    length, turn = steps_and_turns(places, epochs)
    return Walk(
        epochs=epochs,
        members=chosen,
        cost=np.stack([one.cost for one in found], axis=1),
        gradient_norm=np.stack([one.norm for one in found], axis=1),
        accuracy=np.stack([one.accuracy for one in found], axis=1),
        test_accuracy=tested,
        step_length=length,
        turn=turn,
        cost_name=empirical.cost,
        level=level,
    )


def steps_and_turns(places: np.ndarray, epochs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return step lengths per epoch [members, snapshots - 1] and cosines of turns [members, snapshots - 2].

    `places`: weights [members, snapshots, parameters]; `epochs` [snapshots], rising.
    """
    steps = np.diff(places, axis=1)
    lengths = np.linalg.norm(steps, axis=2)
    products = (steps[:, :-1] * steps[:, 1:]).sum(axis=2)
    return lengths / np.diff(epochs), _ratio(products, lengths[:, :-1] * lengths[:, 1:])


def _mean(values: np.ndarray, level: float, limits: Interval = (-np.inf, np.inf)) -> Measured | None:
    values = values[np.isfinite(values)]
    if not len(values):
        return None
    return Measured.of(float(values.mean()), student(values, level, limits=limits))


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below > 0)
