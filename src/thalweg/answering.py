"""A module of another library as it answers when it is used, and as it was afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def in_evaluation_mode(module: Any) -> Iterator[None]:
    """Have a module of PyTorch, or what looks like one, answer as it does when it is used.

    Afterwards each of its parts is in the mode that it was in: what was frozen stays frozen.

    Examples:
        >>> from thalweg.answering import in_evaluation_mode
        >>> class Module:
        ...     training = True
        ...     def eval(self):
        ...         self.training = False
        >>> module = Module()
        >>> with in_evaluation_mode(module):
        ...     print(module.training)
        False
        >>> module.training
        True
    """
    parts = list(module.modules()) if callable(getattr(module, "modules", None)) else [module]
    training = [part for part in parts if getattr(part, "training", False)]
    module.eval()
    try:
        yield
    finally:
        for part in training:  # not module.train(): parts that were frozen stay frozen
            part.training = True
