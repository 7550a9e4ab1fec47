"""Is there a peak where networks are just large enough to learn their examples by heart?"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.studies.double_descent.record import DoubleDescent as DoubleDescent
    from thalweg.studies.double_descent.settings import PRESETS as PRESETS, Settings as Settings
    from thalweg.studies.double_descent.study import double_descent as double_descent

lazily(__name__)
