"""Which examples were learned, and which only remembered?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.studies.memorisation.settings import PRESETS as PRESETS
    from thalweg.studies.memorisation.settings import Settings as Settings
    from thalweg.studies.memorisation.study import memorisation as memorisation


lazily(__name__)
