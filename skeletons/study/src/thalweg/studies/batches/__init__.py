"""Does it matter how many examples a step looks at?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.studies.batches.record import Batches as Batches
    from thalweg.studies.batches.settings import PRESETS as PRESETS, Settings as Settings
    from thalweg.studies.batches.study import batches as batches


lazily(__name__)
