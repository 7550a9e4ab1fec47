"""Is it right as often as it is sure? (calibration)"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.calibration.measure import calibration as calibration
    from thalweg.evaluation.calibration.record import Calibration as Calibration

lazily(__name__)
