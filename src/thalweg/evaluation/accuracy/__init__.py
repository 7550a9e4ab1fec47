"""How often is it right, on examples seen and new?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.accuracy.measure import generalisation as generalisation
    from thalweg.evaluation.accuracy.one_split import Accuracy as Accuracy
    from thalweg.evaluation.accuracy.one_split import accuracy as accuracy
    from thalweg.evaluation.accuracy.record import Generalisation as Generalisation


lazily(__name__)
