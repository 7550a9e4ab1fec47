"""Any classifier of scikit-learn as a population: clones that differ in seed, sample or share.

    forests = tw.ensemble(RandomForestClassifier(), digits.train, members=16)
    tw.evaluate(forests, digits)

Importing this package costs neither scikit-learn nor JAX.
"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.ensembles.fitting import ensemble as ensemble
    from thalweg.ensembles.population import FittedPopulation as FittedPopulation

lazily(__name__)
