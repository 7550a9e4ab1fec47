"""Thalweg trains populations of neural-network classifiers and measures honestly what they learned.

    import thalweg as tw

    digits = tw.load("digits")
    population = tw.train(tw.Recipe(), digits.train, members=8, seed=0)
    tw.evaluate(population, digits)

`import thalweg` is light: every name below is fetched when it is first used, and JAX with the first that
needs it.
"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily
from thalweg.moved import follow

if TYPE_CHECKING:
    from thalweg import (
        claims as claims,
        comparing as comparing,
        data as data,
        ensembles as ensembles,
        estimators as estimators,
        evaluation as evaluation,
        figures as figures,
        hub as hub,
        lab as lab,
        models as models,
        networks as networks,
        planning as planning,
        publishing as publishing,
        recording as recording,
        report as report,
        runs as runs,
        studies as studies,
        tracking as tracking,
        training as training,
    )
    from thalweg.data import load as load
    from thalweg.data.dataset import Dataset as Dataset
    from thalweg.ensembles.fitting import ensemble as ensemble
    from thalweg.errors import ThalwegError as ThalwegError
    from thalweg.estimators.classifier import PopulationClassifier as PopulationClassifier
    from thalweg.evaluation import evaluate as evaluate
    from thalweg.networks.population import Population as Population
    from thalweg.planning.plan import plan as plan
    from thalweg.publishing.opened import load_population as load_population
    from thalweg.recording import (
        evaluate_run as evaluate_run,
        resume_run as resume_run,
        train_run as train_run,
    )
    from thalweg.studies.label_audit.audit import audit as audit
    from thalweg.training.population import train as train
    from thalweg.training.recipe import Recipe as Recipe
    from thalweg.version import __version__ as __version__

lazily(__name__)
follow()
