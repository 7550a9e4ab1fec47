"""Which examples were learned, and which only remembered?"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.studies.memorisation.settings import PRESETS as PRESETS, Settings as Settings
    from thalweg.studies.memorisation.study import memorisation as memorisation

lazily(__name__)
