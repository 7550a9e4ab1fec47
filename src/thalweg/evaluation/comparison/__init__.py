"""Which of two classifiers is better, and by how much?"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.comparison.circumstances import Circumstances as Circumstances
    from thalweg.evaluation.comparison.many import compare_many as compare_many
    from thalweg.evaluation.comparison.measure import compare as compare
    from thalweg.evaluation.comparison.ranking import Ranking as Ranking
    from thalweg.evaluation.comparison.record import Comparison as Comparison

lazily(__name__)
