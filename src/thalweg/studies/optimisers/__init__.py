"""Which optimiser does better, when each has its best learning rate?"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.studies.optimisers.settings import PRESETS as PRESETS, Settings as Settings
    from thalweg.studies.optimisers.study import optimisers as optimisers

lazily(__name__)
