"""A clock that stands until it is told that time passes, and a training to go with it."""

from thalweg.training import Progress


class Clock:
    def __init__(self):
        self.seconds = 1000.0

    def passes(self, seconds):
        self.seconds += seconds

    def __call__(self):
        return self.seconds


def progress(**changes):
    values = {
        "epoch": 3, "epochs": 30, "members": 32, "diverged": 0, "cost": 0.01234, "accuracy": 0.941,
        "validation_accuracy": float("nan"), "seconds": 4.0, "examples_per_second": 3_412_000.0,
        "seconds_left": 34.4,
    }  # fmt: skip
    return Progress(**{**values, **changes})
