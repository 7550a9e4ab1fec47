"""When does the luck of the start vanish?"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.studies.luck.record import Luck as Luck
    from thalweg.studies.luck.settings import PRESETS as PRESETS, Settings as Settings
    from thalweg.studies.luck.study import luck as luck

lazily(__name__)
