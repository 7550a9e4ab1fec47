"""Does it still work when pictures are moved, turned or damaged? (distribution shift, robustness)"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.shift.measure import shift as shift
    from thalweg.evaluation.shift.record import Shift as Shift

lazily(__name__)
