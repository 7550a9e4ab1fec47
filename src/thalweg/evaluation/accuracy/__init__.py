"""How often is it right, on examples seen and new?"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.accuracy.measure import accuracy as accuracy
    from thalweg.evaluation.accuracy.record import Accuracy as Accuracy, AccuracyAndGap as AccuracyAndGap

lazily(__name__)
