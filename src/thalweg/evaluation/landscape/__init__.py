"""What does the hill look like around it? (loss landscape)"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.landscape.measure import landscape as landscape
    from thalweg.evaluation.landscape.record import Landscape as Landscape

lazily(__name__)
