"""Does it notice what belongs to no class it knows? (out-of-distribution detection)"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.outliers.measure import outliers as outliers
    from thalweg.evaluation.outliers.record import Outliers as Outliers

lazily(__name__)
