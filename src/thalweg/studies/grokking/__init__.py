"""How often does a network understand long after it has learned by heart, and how late?"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.studies.grokking.record import Grokking as Grokking
    from thalweg.studies.grokking.settings import PRESETS as PRESETS, Settings as Settings
    from thalweg.studies.grokking.study import grokking as grokking

lazily(__name__)
