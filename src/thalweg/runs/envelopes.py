"""What stands in `run.json`, `study.json`, `audit.json` and `claims.json`, and in the headers of weights."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from thalweg.runs.described import Count, Counts, Measured, Number, Pair, Real, table

Setting = str | int | Real | bool | list[str | int | Real | bool] | None
PerMember = Real | list[Real]

Network = table(
    {Counts: "hidden channels dense", Count: "kernel pool", str: "kind padding activation initialisation"},
    partial=True,
)
Part = table({str: "kind"}, partial=True)
Recipe = table(
    {
        str: "name cost order",
        Network: "network",
        Part: "optimiser schedule augmentation exposure",
        Count | str: "batch_size",
        Count: "epochs",
        PerMember: "l2 dropout label_smoothing ema",
        Real: "hold_out",
    },
    partial=True,
)
"""A recipe as a record holds it; whoever trains with it checks it again."""
Reading = table(
    {
        str: "id_column separator decimal encoding",
        list[str]: "columns drop",
        bool: "strict",
        tuple[Annotated[int, Meta(ge=1)], Annotated[int, Meta(ge=1)]]: "resize",
    },
    partial=True,
)
"""What the user said of a table, or of a folder of pictures."""
Data = table(
    {
        Reading: "reading",
        str: "name source hash test_source",
        Count: "train held_out",
        Count | None: "test",
        str | int | None: "label_column",
    },
    partial=True,
)
Processor = table({str: "model", Count: "cores"})
Machine = table(
    {
        list[str]: "command",
        str: "started platform",
        str | None: "finished",
        Number: "seconds",
        Processor: "processor",
        dict[str, str | None]: "versions",
    },
    partial=True,
)
"""When, how and on what it was made."""
Path = table({Count: "members", Counts: "epochs"})
"""Of how many members a path is kept, and after which epochs."""

Engine = table({str: "name", str | None: "variant lanes pictures why"}, optional="lanes pictures")
"""What trained it, XLA or a variant of the native kernel, what distorted pictures, and why not the kernel."""

RunRecord = table(
    {
        str: "status",
        Recipe: "recipe",
        Count: "members parameters",
        int: "seed",
        Data: "data",
        Counts: "input_shape diverged",
        list[str]: "class_names",
        Path | None: "path",
        Engine | None: "engine",
        str | None: "too_short",
    },
    base=Machine,
    optional="parameters path engine too_short",
)
StudyRecord = table(
    {str: "status study", dict[str, Setting]: "settings", int: "seed", Data: "data"}, base=Machine
)
AuditRecord = table(
    {
        str: "status split",
        Recipe: "recipe",
        Count: "members",
        Number: "share",
        int: "seed",
        Data: "data",
        list[str]: "judges",
        str | None: "estimator",
    },
    base=Machine,
    optional="judges estimator",
)
"""`estimator`: the import path of what makes a judge of the user's own."""

MeasuredOn = table(
    {str: "data hash", Count: "train test", int: "seed", dict[str, Count]: "members"}, partial=True
)
"""Which data claims were measured on, and how many members of each recipe were trained for it."""
Claim = table(
    {
        int | str | None: "id",
        str | None: "statement source expected verdict answer how",
        MeasuredOn: "measured_on",
        Measured | Number | str: "measured",
        Pair | str | None: "interval",
    },
    partial=True,
)
Claims = list[Claim] | table({list[Claim]: "claims"})

Facts = table({Count: "epoch group_size", Real: "seconds", str: "readout"}, partial=True)
"""What the header of a file of weights says of it, whatever else it says."""
