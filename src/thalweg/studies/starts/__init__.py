"""Are all starts equal, and does width make them so?"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.studies.starts.settings import PRESETS as PRESETS, Settings as Settings
    from thalweg.studies.starts.study import starts as starts

lazily(__name__)
