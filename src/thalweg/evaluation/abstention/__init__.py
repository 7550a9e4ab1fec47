"""What is it worth when it may say that it does not know? (selective prediction, conformal sets)"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.abstention.measure import abstention as abstention
    from thalweg.evaluation.abstention.record import Abstention as Abstention

lazily(__name__)
