"""Trackers as they are typed: `tensorboard:FOLDER`, `mlflow:ADDRESS`, `wandb:PROJECT`."""

from __future__ import annotations

from collections.abc import Callable

from thalweg.errors import TrackerError, near_match
from thalweg.tracking.following import Follower, package
from thalweg.tracking.ml_flow import MLflow
from thalweg.tracking.tensor_board import TensorBoard
from thalweg.tracking.weights_and_biases import WeightsAndBiases

NAMES: dict[str, Callable[[str], Follower]] = {
    "tensorboard": TensorBoard,
    "mlflow": MLflow,
    "wandb": WeightsAndBiases,
}


def tracker(text: str) -> Follower:
    """Return the tracker that `text` names, with where it writes to after the colon.

    Raises `TrackerError` for another name, for nothing after the colon, and where its package is missing.

    Examples:
        >>> from thalweg.tracking.named import tracker
        >>> tracker("tensorbord:board")
        Traceback (most recent call last):
        thalweg.errors.TrackerError: Unknown tracker 'tensorbord'. Did you mean 'tensorboard'?
        ...
    """
    name, colon, place = text.partition(":")
    if name not in NAMES:
        raise TrackerError(
            f"Unknown tracker {name!r}.{near_match(name, tuple(NAMES))}",
            hint="choose from tensorboard:FOLDER, mlflow:ADDRESS, wandb:PROJECT.",
        )
    if not colon or not place:
        raise TrackerError(
            f"The tracker {text!r} does not say where to write.",
            hint=f"give it after a colon, such as {name}:runs/{name}.",
        )
    package(name)  # missing ones are named before anything is trained
    return NAMES[name](place)
