"""For how many examples is the answer luck of the start? (predictive multiplicity)"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.arbitrariness.measure import arbitrariness as arbitrariness
    from thalweg.evaluation.arbitrariness.record import Arbitrariness as Arbitrariness

lazily(__name__)
