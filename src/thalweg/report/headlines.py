"""The few numbers that stand first, and what was trained in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from thalweg.durations import duration
from thalweg.figures.evaluations.accuracy import mean_of, vote_of
from thalweg.measured import Measured
from thalweg.report.reading import Subject
from thalweg.wording import OF_PICTURES, Words

Evaluations = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Headline:
    """One number with its interval as text, and in a few words what it says and of what."""

    label: str
    value: str
    note: str


def dig(content: Any, *keys: str | int) -> Any:
    """Return what lies at `keys` of nested tables and lists, or None where a record has no such place."""
    for key in keys:
        try:
            content = content[key]
        except (KeyError, IndexError, TypeError):
            return None
    return content


def headlines(evaluations: Evaluations, words: Words = OF_PICTURES) -> list[Headline]:
    """Return the numbers that these evaluations have; none that was not measured. `words` fit the data."""
    guesses = only_guesses(evaluations)
    if guesses is not None:  # no number is worth more than that
        return [Headline("Was anything learned?", "No", f"{guesses}.")]
    found = [*(make(evaluations) for make in _MAKERS), _noise(evaluations, words)]
    return [headline for headline in found if headline is not None]


_ASKED = (("accuracy", "test_accuracy"), ("calibration",), ("diversity",), ("arbitrariness",))
"""Where it is asked of all members and all new examples whether anything was learned."""


def only_guesses(evaluations: Evaluations) -> str | None:
    """Return the verdict on networks that learned nothing; None where they did, or it was not asked."""
    asked = (dig(evaluations, *place, "over_chance") for place in _ASKED)
    over = next((each for each in asked if each is not None), None)
    return None if over is None or over["learned"] else str(over["verdict"])


def trained(subject: Subject) -> str:
    """Return who was trained on what: `32 networks of classic (784-16-16-10, ...), trained on ...`."""
    record = subject.record
    if not subject.kept:
        return f"Measurements kept in memory: {', '.join(subject.evaluations)}."
    count, data, diverged = record["members"], record["data"], len(record["diverged"])
    each, starts = (" each", " from different random starts") if count > 1 else ("", "")
    parameters = f", {record['parameters']:,} parameters{each}" if "parameters" in record else ""
    examples = f"{data['train']:,} examples of " if "train" in data else ""
    took = f" in {duration(record['seconds'])}" if record.get("seconds") else ""
    return (
        f"{count:,} network{'' if count == 1 else 's'} of "
        f"{record['recipe'].get('name', 'an unnamed recipe')} ({shape_of(record)}{parameters}), "
        f"trained{starts} on {examples}{data.get('name', 'unnamed data')}{took}; "
        f"{f'{diverged:,}' if diverged else 'none'} diverged."
        f"{' ' + record['too_short'] if record.get('too_short') else ''}"
    )


def shape_of(record: Mapping[str, Any]) -> str:
    """Return a network's layers in short: `784-16-16-10`, or its kind where that says more."""
    network, shape = record["recipe"].get("network", {}), record["input_shape"]
    if network.get("kind") == "mlp":
        inputs = 1
        for extent in shape:
            inputs *= extent
        return "-".join(map(str, (inputs, *network.get("hidden", ()), len(record["class_names"]))))
    if network.get("kind") == "convnet":
        kernel = network.get("kernel")
        layers = [f"{kernel}x{kernel}x{channels}" for channels in network.get("channels", ())]
        return "-".join(map(str, (*layers, *network.get("dense", ()), len(record["class_names"]))))
    return str(network.get("kind", "unknown network"))


def _accuracy(evaluations: Evaluations) -> Headline | None:
    found = dig(evaluations, "accuracy", "test_accuracy")
    if found is None:
        return None
    members, examples = found.get("members", 1), found.get("examples", 0)
    spread = f"; sd between networks {100 * found['sd']:.2f} points" if found.get("sd") else ""
    over = "networks \u00d7 examples" if members > 1 else "network \u00d7 examples"
    note = f"right on new examples, n = {members:,} \u00d7 {examples:,} ({over}){spread}"
    return Headline("One network" if members > 1 else "The network", mean_of(found).percent(), note)


def _ensemble(evaluations: Evaluations) -> Headline | None:
    found = dig(evaluations, "accuracy", "test_accuracy")
    if found is None or found.get("members", 1) < 2 or found.get("ensemble") is None:
        return None
    return Headline("All together", vote_of(found).percent(), "right on new examples, by mean probability")


def _gap(evaluations: Evaluations) -> Headline | None:
    found, train = (
        dig(evaluations, "accuracy", "generalisation_gap"),
        dig(evaluations, "accuracy", "train_accuracy"),
    )
    if found is None or train is None:
        return None
    return Headline(
        "Learning gap",
        Measured.read(found).points(),
        "more often right on the examples it learned from than on new ones",
    )


def _calibration(evaluations: Evaluations) -> Headline | None:
    found = dig(evaluations, "calibration", "signed")
    if found is None:
        return None
    note = "mean confidence less the share that is right, on new examples: above 0 is too sure"
    return Headline("Confidence gap", Measured.read(found).points(), note)


def _noise(evaluations: Evaluations, words: Words) -> Headline | None:
    found = dig(evaluations, "noise", "uniform", "mean_confidence")
    if found is None:
        return None
    together = dig(evaluations, "noise", "uniform", "ensemble", "mean_confidence")
    more = f"; all together: {Measured.read(together).percent()}" if together else ""
    note = f"mean confidence on {words.noise_said}{more}"
    return Headline(words.sure_of_noise, Measured.read(found).percent(), note)


_MAKERS: tuple[Callable[[Evaluations], Headline | None], ...] = (
    _accuracy,
    _ensemble,
    _gap,
    _calibration,
)
