"""What kinds of places do starts lead to, and how many different ones are there?"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.studies.census.settings import PRESETS as PRESETS, Settings as Settings
    from thalweg.studies.census.study import census as census

lazily(__name__)
