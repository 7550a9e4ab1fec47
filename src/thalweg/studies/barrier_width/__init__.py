"""How does the hill between two minima shrink with the width?"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.studies.barrier_width.settings import PRESETS as PRESETS, Settings as Settings
    from thalweg.studies.barrier_width.study import barrier_width as barrier_width

lazily(__name__)
