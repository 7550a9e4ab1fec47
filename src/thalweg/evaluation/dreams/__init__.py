"""Can it draw what it reads? (feature visualisation, activation maximisation)"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.dreams.measure import dreams as dreams
    from thalweg.evaluation.dreams.record import Dreaming as Dreaming

lazily(__name__)
