"""Training: a recipe says what and how; `train` makes a population of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.training.augmentation import Augmentation as Augmentation
    from thalweg.training.optimisers import Adam as Adam
    from thalweg.training.optimisers import AdamW as AdamW
    from thalweg.training.optimisers import Sgd as Sgd
    from thalweg.training.population import Progress as Progress
    from thalweg.training.population import train as train
    from thalweg.training.recipe import Recipe as Recipe
    from thalweg.training.schedules import Constant as Constant
    from thalweg.training.schedules import Cosine as Cosine
    from thalweg.training.schedules import Steps as Steps

lazily(__name__)
