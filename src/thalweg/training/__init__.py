"""Training: a recipe says what and how; `train` makes a population of it."""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.training.augmentation import Augmentation as Augmentation
    from thalweg.training.cluster.connection import on_ray as on_ray
    from thalweg.training.optimisers import (
        Adam as Adam,
        AdamW as AdamW,
        OwnOptimiser as OwnOptimiser,
        Sgd as Sgd,
    )
    from thalweg.training.population import Progress as Progress, train as train
    from thalweg.training.recipe import Recipe as Recipe
    from thalweg.training.schedules import Constant as Constant, Cosine as Cosine, Steps as Steps
    from thalweg.training.start import Start as Start
    from thalweg.training.untrained import untrained as untrained

lazily(__name__)
