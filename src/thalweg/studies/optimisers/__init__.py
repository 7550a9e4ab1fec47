"""Which optimiser does better, when each has its best learning rate?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.studies.optimisers.settings import PRESETS as PRESETS
    from thalweg.studies.optimisers.settings import Settings as Settings
    from thalweg.studies.optimisers.study import optimisers as optimisers


lazily(__name__)
