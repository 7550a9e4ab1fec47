"""Do the networks agree, and what is their vote worth? (ensemble diversity)"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.diversity.measure import diversity as diversity
    from thalweg.evaluation.diversity.record import Diversity as Diversity

lazily(__name__)
