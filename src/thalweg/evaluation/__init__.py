"""Measurements of trained members: what they do, how sure that number is. Nothing here trains or needs JAX.

Each measurement is a function `(classifier, split or dataset, ...) -> record`. The functions `accuracy`,
`generalisation` and `noise` have the names of their modules on purpose: `evaluation.accuracy(population,
digits.test)` is a call. What else is in those modules: `from thalweg.evaluation.accuracy import ...`.
"""

from thalweg.evaluation import intervals as intervals
from thalweg.evaluation.accuracy import Accuracy as Accuracy
from thalweg.evaluation.accuracy import accuracy as accuracy
from thalweg.evaluation.classifier import Predictions as Predictions
from thalweg.evaluation.classifier import predictions as predictions
from thalweg.evaluation.generalisation import Generalisation as Generalisation
from thalweg.evaluation.generalisation import generalisation as generalisation
from thalweg.evaluation.intervals import CrossedInterval as CrossedInterval
from thalweg.evaluation.noise import Noise as Noise
from thalweg.evaluation.noise import noise as noise
from thalweg.evaluation.record import Measured as Measured
from thalweg.evaluation.record import Record as Record
from thalweg.evaluation.suite import EVALUATIONS as EVALUATIONS
from thalweg.evaluation.suite import evaluate as evaluate
