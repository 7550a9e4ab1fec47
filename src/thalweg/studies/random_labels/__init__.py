"""Can it remember labels that mean nothing?"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.studies.random_labels.settings import PRESETS as PRESETS, Settings as Settings
    from thalweg.studies.random_labels.study import random_labels as random_labels

lazily(__name__)
