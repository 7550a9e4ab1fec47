"""Do the first weights show more than chance?"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.features.measure import features as features
    from thalweg.evaluation.features.record import Features as Features

lazily(__name__)
