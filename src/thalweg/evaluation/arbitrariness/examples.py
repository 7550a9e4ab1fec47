"""The examples whose answer is most a matter of luck, and what members answer to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from thalweg.data.identity import Identity

LISTED = 100


@dataclass(frozen=True)
class ArbitraryExample:
    """An example that members answer differently.

    `example`: its place in the split. `label`: its class. `vote`: the class with the largest mean
    probability. `self_consistency`: how often two members agree, 0..1. `answers`: class -> how many members
    name it, most first. `called`: what it is called in what the user gave (see `data.identity`), empty where
    its place is all.
    """

    example: int
    label: int
    vote: int
    self_consistency: float
    answers: Mapping[int, int]
    called: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the example is called, in words."""
        return str(self.called.get("called", f"example {self.example}"))

    def to_json(self, class_names: tuple[str, ...]) -> dict[str, Any]:
        """Return it as pure JSON types, with class names in place of class numbers."""
        return {
            "example": self.example,
            **self.called,
            "label": class_names[self.label],
            "vote": class_names[self.vote],
            "self_consistency": self.self_consistency,
            "answers": [
                {"class": class_names[answer], "members": members} for answer, members in self.answers.items()
            ],
        }

    def said(self, class_names: tuple[str, ...]) -> str:
        """Return `file 8/21.png, a 8: 5 say 8, 3 say 9`."""
        answers = ", ".join(
            f"{members:,} say {class_names[answer]}" for answer, members in self.answers.items()
        )
        return f"{self.name} (class {class_names[self.label]}): {answers}"


def most_arbitrary(
    consistency: np.ndarray,
    counts: np.ndarray,
    mean: np.ndarray,
    labels: np.ndarray,
    identity: Identity | None,
) -> tuple[ArbitraryExample, ...]:
    """Return up to a hundred examples that members answer differently, the most arbitrary first.

    `consistency` [examples]; `counts` [examples, classes], how many members name each class; `mean`
    [examples, classes], their mean probabilities. Of examples that are equally arbitrary, the one comes first
    whose two most probable classes are closest.
    """
    two = np.sort(mean, axis=1)[:, -2:]
    order = np.lexsort((two[:, 1] - two[:, 0], consistency))
    chosen = [int(example) for example in order[:LISTED] if consistency[example] < 1]
    return tuple(
        ArbitraryExample(
            example,
            int(labels[example]),
            int(mean[example].argmax()),
            float(consistency[example]),
            _most_first(counts[example]),
            {} if identity is None else identity.entry(example),
        )
        for example in chosen
    )


def _most_first(counts: np.ndarray) -> dict[int, int]:
    named = [int(answer) for answer in np.argsort(-counts, kind="stable") if counts[answer] > 0]
    return {answer: int(counts[answer]) for answer in named}
