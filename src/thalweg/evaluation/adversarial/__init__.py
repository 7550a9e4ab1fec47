"""How small a nudge of the picture defeats it? (adversarial examples)"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.adversarial.measure import adversarial as adversarial
    from thalweg.evaluation.adversarial.record import Adversarial as Adversarial

lazily(__name__)
