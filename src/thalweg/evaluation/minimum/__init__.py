"""Is the place it leads to a minimum?"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.minimum.measure import minimum as minimum
    from thalweg.evaluation.minimum.record import Certificate as Certificate, Minimum as Minimum

lazily(__name__)
