"""Are structured data learned faster than noise, and in a sensible order?"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.studies.structure.settings import PRESETS as PRESETS, Settings as Settings
    from thalweg.studies.structure.study import structure as structure

lazily(__name__)
