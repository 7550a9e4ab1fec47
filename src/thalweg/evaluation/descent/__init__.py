"""How does it roll down the hill, and which weights does the slope nudge? (gradient descent)"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.descent.measure import descent as descent
    from thalweg.evaluation.descent.record import Descent as Descent

lazily(__name__)
