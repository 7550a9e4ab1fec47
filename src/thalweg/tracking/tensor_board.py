"""TensorBoard: event files in a folder, the population's bands in one run and each member in another."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from thalweg.callbacks import MEASURES, Begun
from thalweg.tracking.bands import FIRST_MEMBERS, flat_settings, member_name
from thalweg.tracking.following import Follower, opened, package


class TensorBoard(Follower):
    """Writes `folder/NAME/population`, `folder/NAME/member-0000` ...; see `tensorboard --logdir folder`.

    NAME is the run's directory or the recipe. Bands are scalars (`accuracy/median`), and drawn as margins on
    the page "custom scalars". `members`: how many of the first members have curves of their own. Raises
    `TrackerError` where the package tensorboard is not installed, or the folder cannot be written to.
    """

    def __init__(self, folder: str | Path, *, members: int = FIRST_MEMBERS):
        super().__init__(members)
        self.folder = Path(folder)

    def open(self, begun: Begun) -> None:
        """Open one event file a run."""
        made = package("tensorboard", "summary", "writer", "event_file_writer").EventFileWriter
        self.protocol = package("tensorboard", "compat", "proto", "event_pb2")
        self.summary = package("tensorboard", "compat", "proto", "summary_pb2")
        names = ["population", *(member_name(begun.first + each) for each in range(self.count))]
        place = self.folder / begun.name
        self.files: list[Any] = []
        for name in names:
            self.files.append(opened(str(self.folder), lambda name=name: made(str(place / name))))
        self._add(
            self.files[0], [_text(self.summary, "settings", flat_settings(begun.settings)), _margins()], 0
        )

    def write(self, epoch: int, population: Mapping[str, float], members: list[dict[str, float]]) -> None:
        """Write scalars at step `epoch`."""
        for file, numbers in zip(self.files, [population, *members], strict=True):
            values = [
                self.summary.Summary.Value(tag=name, simple_value=value) for name, value in numbers.items()
            ]
            self._add(file, values, epoch)
            file.flush()

    def _add(self, file: Any, values: list[Any], step: int) -> None:
        summary = self.summary.Summary(value=values)
        file.add_event(self.protocol.Event(wall_time=time.time(), step=step, summary=summary))

    def close(self, finished: bool) -> None:
        """Close the event files."""
        for file in self.files:
            file.close()


def _text(summary: Any, tag: str, table: Mapping[str, str]) -> Any:
    """Return a table as a value that the page "text" shows."""
    plugin = package("tensorboard", "plugins", "text", "metadata")
    rows = "\n".join(f"| {name} | {value} |" for name, value in table.items())
    return summary.Summary.Value(
        tag=tag,
        metadata=plugin.create_summary_metadata(tag, ""),
        tensor=_tensor(f"| setting | value |\n|---|---|\n{rows}".encode()),
    )


def _margins() -> Any:
    """Return the layout of the page "custom scalars": the median of each measure between its quantiles."""
    layouts = package("tensorboard", "plugins", "custom_scalar", "layout_pb2")
    plugin = package("tensorboard", "plugins", "custom_scalar", "metadata")
    summary = package("tensorboard", "compat", "proto", "summary_pb2")
    charts = [
        layouts.Chart(
            title=name,
            margin=layouts.MarginChartContent(
                series=[
                    layouts.MarginChartContent.Series(
                        value=f"{name}/median", lower=f"{name}/{lower}", upper=f"{name}/{upper}"
                    )
                    for lower, upper in (("q05", "q95"), ("q25", "q75"))
                ]
            ),
        )
        for name in MEASURES
    ]
    layout = layouts.Layout(category=[layouts.Category(title="population", chart=charts)])
    return summary.Summary.Value(
        tag=plugin.CONFIG_SUMMARY_TAG,
        metadata=plugin.create_summary_metadata(),
        tensor=_tensor(layout.SerializeToString()),
    )


def _tensor(text: bytes) -> Any:
    kinds = package("tensorboard", "compat", "proto", "types_pb2")
    return package("tensorboard", "compat", "proto", "tensor_pb2").TensorProto(
        dtype=kinds.DT_STRING, string_val=[text]
    )
