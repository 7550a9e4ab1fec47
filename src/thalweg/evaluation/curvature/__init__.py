"""How steeply does the valley curve where it stopped? (Hessian spectrum, sharpness)"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.curvature.measure import curvature as curvature
    from thalweg.evaluation.curvature.record import Curvature as Curvature

lazily(__name__)
