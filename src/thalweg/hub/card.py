"""README.md: the model card that the Hub shows, with known failures before all else that was measured."""

from __future__ import annotations

import json
import re
from typing import Any

from thalweg.data.sources import NAMES
from thalweg.hub.config import Config
from thalweg.report.card import card_of
from thalweg.report.failures import failures_of
from thalweg.report.headlines import dig
from thalweg.report.reading import Subject

FIRST = {
    "noise": "Inputs that show nothing",
    "shift": "Inputs that are moved, turned or damaged",
    "calibration": "Confidence",
    "outliers": "Inputs of no class",
    "adversarial": "Changes that are chosen to mislead",
}
"""What is said of failures, measured or not, in this order."""


def card_text(config: Config, subject: Subject | None, name: str) -> str:
    """Return the card as Markdown, its facts for the Hub in front.

    `subject`: the run, or the records, whose evaluations are told; None where nothing was measured.
    """
    sections = [] if subject is None else card_of(subject)
    parts = [
        _front(config, subject),
        f"# {plain(name)}",
        _what(config),
        "## Use",
        _use(config),
        "## Known failures",
        _failures(config, subject),
    ]
    for section in sections:
        if section.title.startswith("Known failures"):
            continue  # said above, question by question
        parts += [f"## {section.title}", *map(plain, section.paragraphs)]
        parts += ["\n".join(f"- {plain(item)}" for item in section.items)] if section.items else []
    return "\n\n".join(parts) + "\n"


def plain(text: str) -> str:
    """Return text that means nothing else in Markdown, and stays on one line."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", " ".join(str(text).split()))


def _front(config: Config, subject: Subject | None) -> str:
    """Return the facts that the Hub reads; JSON is YAML, so that no name can end a string."""
    kind = "image-classification" if len(config.input_shape) > 1 else "tabular-classification"
    facts: dict[str, Any] = {
        "library_name": "thalweg",
        "pipeline_tag": kind,
        "tags": ["thalweg", "population", "uncertainty"],
    }
    named = (config.data or {}).get("name")
    if named in NAMES:
        facts["datasets"] = [named]
    accuracy = None if subject is None else dig(subject.evaluations, "accuracy", "test_accuracy", "mean")
    if accuracy is not None:
        facts["model-index"] = [_result(config, kind, named, accuracy)]
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in facts.items()]
    return "\n".join(["---", *lines, "---"])


def _result(config: Config, kind: str, named: Any, accuracy: float) -> dict[str, Any]:
    return {
        "name": str((config.recipe or {}).get("name") or "population"),
        "results": [
            {
                "task": {"type": kind},
                "dataset": {"type": str(named or "unknown"), "name": str(named or "unknown")},
                "metrics": [{"type": "accuracy", "value": accuracy, "name": "mean accuracy of the members"}],
            }
        ],
    }


def _what(config: Config) -> str:
    shape = "x".join(map(str, config.input_shape))
    left_out = f", {len(config.diverged)} of them diverged and without a vote" if config.diverged else ""
    return (
        f"{config.members:,} networks of one shape ({plain(_shape(config.network))}) that were started "
        f"differently{left_out}, for {len(config.class_names)} classes of inputs of {shape}."
    )


def _shape(network: Any) -> str:
    told = {key: value for key, value in network.items() if key not in ("kind", "initialisation")}
    return f"{network.get('kind')}: " + ", ".join(f"{key} {value}" for key, value in told.items())


def _use(config: Config) -> str:
    return f"""```python
import thalweg as tw

population = tw.hub.from_pretrained("...")  # this repository, or a folder with its files
population.probabilities(inputs)  # [members, examples, classes]
population.ensemble.probabilities(inputs)  # their vote [examples, classes]
population[0].to_torch()  # one of them as a module of PyTorch
```

{_inputs(config)}"""


def _inputs(config: Config) -> str:
    shape = ", ".join(map(str, config.input_shape))
    if config.inputs is None:
        return (
            f"`inputs` is [examples, {shape}], features standardised as for training; how that was is "
            "not known here."
        )
    if len(config.input_shape) > 1:
        return f"`inputs` is [examples, {shape}], grey levels or colours as uint8 or as floats in [0, 1]."
    return f"`inputs` is [examples, {shape}], features less `offset`, over `divisor` (both in config.json)."


def _failures(config: Config, subject: Subject | None) -> str:
    lines = []
    for name, what in FIRST.items():
        found = None if subject is None else failures_of(name, subject.evaluations, subject.words)
        if subject is not None and name in subject.words.applies_not:
            said = "does not apply to these data."
        elif found is None:
            said = f"not measured (`thalweg evaluate RUN --only {name}`)."
        else:
            said = plain(" ".join(found)) or "measured, and no failure of this kind was found."
        lines.append(f"- **{what}**: {said}")
    return "\n".join(lines)
