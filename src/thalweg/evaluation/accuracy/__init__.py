"""How often is it right, on examples seen and new?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.accuracy.measure import accuracy as accuracy
    from thalweg.evaluation.accuracy.record import Accuracy as Accuracy
    from thalweg.evaluation.accuracy.record import AccuracyAndGap as AccuracyAndGap


lazily(__name__)
