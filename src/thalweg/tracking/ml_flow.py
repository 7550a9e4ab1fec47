"""MLflow: a run for the population, and nested in it one a member, in a SQLite file or on a server."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from thalweg.callbacks import Begun
from thalweg.tracking.bands import FIRST_MEMBERS, flat_settings, member_name
from thalweg.tracking.following import Follower, opened, package


class MLflow(Follower):
    """Writes to the store at `address`: `sqlite:///runs.db`, a folder where MLflow still takes one, a server.

    The population is a run called like the run's directory or the recipe, with the recipe as parameters and
    its bands as metrics (`accuracy/median`); each of its first `members` is a run nested in it. `experiment`:
    where they stand. Raises `TrackerError` where the package mlflow is not installed, or the store cannot be
    written to. MLflow's own active run and address are left as they are.
    """

    def __init__(self, address: str, *, experiment: str = "thalweg", members: int = FIRST_MEMBERS):
        super().__init__(members)
        self.address, self.experiment = address, experiment

    def open(self, begun: Begun) -> None:
        """Start one run a population and a member."""
        tracking = package("mlflow", "tracking")
        self.entities = package("mlflow", "entities")
        self.client = opened(self.address, lambda: tracking.MlflowClient(tracking_uri=self.address))
        self.runs: list[Any] = opened(self.address, lambda: self._started(begun))

    def _started(self, begun: Begun) -> list[str]:
        known = self.client.get_experiment_by_name(self.experiment)
        place = known.experiment_id if known is not None else self.client.create_experiment(self.experiment)
        population = self._run(place, begun.name, {"thalweg.kind": "population"})
        parameters = {**flat_settings(begun.settings), "members": str(begun.members), "seed": str(begun.seed)}
        entries = [self.entities.Param(name, value) for name, value in parameters.items()]
        self.client.log_batch(population, params=entries)
        tags = {"mlflow.parentRunId": population, "thalweg.kind": "member"}
        numbers = range(begun.first, begun.first + self.count)
        return [population, *(self._run(place, member_name(each), tags) for each in numbers)]

    def _run(self, place: str, name: str, tags: Mapping[str, str]) -> str:
        return self.client.create_run(place, run_name=name, tags=dict(tags)).info.run_id

    def write(self, epoch: int, population: Mapping[str, float], members: list[dict[str, float]]) -> None:
        """Write metrics at step `epoch`."""
        now = int(1000 * time.time())
        for run, numbers in zip(self.runs, [population, *members], strict=True):
            metrics = [self.entities.Metric(name, value, now, epoch) for name, value in numbers.items()]
            self.client.log_batch(run, metrics=metrics)

    def close(self, finished: bool) -> None:
        """Say of every run how it ended."""
        for run in self.runs:
            self.client.set_terminated(run, "FINISHED" if finished else "KILLED")
