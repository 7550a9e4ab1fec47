"""Weights & Biases: a group for the population, with a run of its bands and one for each member."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from thalweg.callbacks import Begun
from thalweg.errors import TrackerError
from thalweg.tracking.bands import FIRST_MEMBERS, member_name
from thalweg.tracking.following import Follower, opened, package

MODES = ("offline", "online")


class WeightsAndBiases(Follower):
    """Writes to `project`, into files below `folder`; `wandb sync` sends them later.

    The group is called like the run's directory or the recipe. In it the run `population` has bands
    (`accuracy/median`), and each of the first `members` is a run. `mode`: `offline`, or `online` to send
    them while they are written. Raises `TrackerError` where the package wandb is not installed, or refuses.
    """

    def __init__(
        self,
        project: str,
        folder: str | Path = ".",
        *,
        mode: str = "offline",
        members: int = FIRST_MEMBERS,
    ):
        super().__init__(members)
        if mode not in MODES:
            raise TrackerError(f"Unknown mode {mode!r}.", hint=f"choose from {', '.join(MODES)}.")
        self.project, self.folder, self.mode = project, Path(folder), mode

    def open(self, begun: Begun) -> None:
        """Start one run a population and a member."""
        wandb = package("wandb")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.runs: list[Any] = []
        names = ["population", *(member_name(begun.first + each) for each in range(self.count))]
        settings = {**begun.settings, "members": begun.members, "seed": begun.seed}
        for name in names:
            run = opened(
                self.project,
                lambda name=name: wandb.init(
                    project=self.project,
                    group=begun.name,
                    name=name,
                    job_type="population" if name == "population" else "member",
                    dir=str(self.folder),
                    mode=self.mode,
                    config=dict(settings),
                    reinit="create_new",
                    settings=wandb.Settings(silent=True, console="off"),
                ),
            )
            self.runs.append(run)

    def write(self, epoch: int, population: Mapping[str, float], members: list[dict[str, float]]) -> None:
        """Write numbers at step `epoch`."""
        for run, numbers in zip(self.runs, [population, *members], strict=True):
            run.log(dict(numbers), step=epoch)

    def close(self, finished: bool) -> None:
        """Finish every run."""
        for run in self.runs:
            run.finish(exit_code=0 if finished else 1)
