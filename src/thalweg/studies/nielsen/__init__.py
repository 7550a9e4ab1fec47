"""Do many starts reach the accuracies that Michael Nielsen's book prints?"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.studies.nielsen.settings import PRESETS as PRESETS, Settings as Settings
    from thalweg.studies.nielsen.study import nielsen as nielsen

lazily(__name__)
