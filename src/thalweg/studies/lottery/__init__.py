"""Is there a small network inside that learns as well, and is it so because of its start?"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.studies.lottery.settings import PRESETS as PRESETS, Settings as Settings
    from thalweg.studies.lottery.study import lottery as lottery

lazily(__name__)
