"""Classifiers and splits whose every answer is known."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from thalweg.data.dataset import Dataset, TestSplit, TrainSplit

NAMES = tuple("abcd")


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


@dataclass(frozen=True)
class FakePopulation:
    """Linear members: weights [members, inputs, classes]. It can be sliced and notes what it was asked."""

    weights: np.ndarray
    diverged: np.ndarray
    calls: list[tuple[int, int]]

    @staticmethod
    def random(members: int, *, inputs: int = 16, classes: int = 4, seed: int = 0) -> FakePopulation:
        weights = np.random.default_rng(seed).normal(size=(members, inputs, classes)).astype(np.float32)
        return FakePopulation(weights, np.zeros(members, dtype=bool), [])

    def __len__(self) -> int:
        return len(self.weights)

    def __getitem__(self, members: slice) -> FakePopulation:
        return FakePopulation(self.weights[members], self.diverged[members], self.calls)

    def probabilities(self, inputs: np.ndarray) -> np.ndarray:
        self.calls.append((len(self), len(inputs)))
        flat = inputs.reshape(len(inputs), -1)
        return softmax(np.einsum("ni,mic->mnc", flat, self.weights)).astype(np.float32)


def make_split(examples: int = 60, *, kind: type = TestSplit, classes: int = 4, seed: int = 0):
    generator = np.random.default_rng([seed, 7])
    raw = generator.integers(0, 256, size=(examples, 4, 4), dtype=np.uint8)
    labels = generator.permutation(np.arange(examples) % classes).astype(np.int32)
    return kind(raw, labels, tuple("abcdefghij"[:classes]))


def make_dataset(train: int = 80, test: int = 60) -> Dataset:
    return Dataset("fake", make_split(test), make_split(train, kind=TrainSplit, seed=1))


def certain(predicted: np.ndarray, classes: int = 4):
    """A classifier that is sure of these answers [members, examples] when asked about all examples."""
    return lambda inputs: np.eye(classes, dtype=np.float32)[predicted]


def unasked(record):
    """Return a record of networks that guess as one of which nobody asked whether anything was learned."""
    assert not record.over_chance.learned, "these networks are to be guessers"
    return replace(record, over_chance=None)
