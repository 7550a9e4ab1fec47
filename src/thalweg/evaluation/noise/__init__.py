"""How sure is it of images that show nothing?"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.noise.measure import noise as noise
    from thalweg.evaluation.noise.record import Noise as Noise

lazily(__name__)
