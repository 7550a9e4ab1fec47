"""Can it remember labels that mean nothing?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.studies.random_labels.settings import PRESETS as PRESETS
    from thalweg.studies.random_labels.settings import Settings as Settings
    from thalweg.studies.random_labels.study import random_labels as random_labels


lazily(__name__)
