"""Measurements of trained members: what they do, how sure that number is. Nothing here trains or needs JAX.

Each measurement is a function `(classifier, split or dataset, ...) -> record`. It has the name of its module
on purpose: `evaluation.accuracy(population, digits.test)` is a call. What else is in those modules:
`from thalweg.evaluation.accuracy import ...`.
"""

from thalweg.evaluation import intervals as intervals
from thalweg.evaluation.abstention import Abstention as Abstention
from thalweg.evaluation.abstention import abstention as abstention
from thalweg.evaluation.accuracy import Accuracy as Accuracy
from thalweg.evaluation.accuracy import accuracy as accuracy
from thalweg.evaluation.adversarial import Adversarial as Adversarial
from thalweg.evaluation.adversarial import adversarial as adversarial
from thalweg.evaluation.alignment import Alignment as Alignment
from thalweg.evaluation.alignment import alignment as alignment
from thalweg.evaluation.calibration import Calibration as Calibration
from thalweg.evaluation.calibration import calibration as calibration
from thalweg.evaluation.classifier import Predictions as Predictions
from thalweg.evaluation.classifier import predictions as predictions
from thalweg.evaluation.comparison import Comparison as Comparison
from thalweg.evaluation.comparison import compare as compare
from thalweg.evaluation.connectivity import Connectivity as Connectivity
from thalweg.evaluation.connectivity import connectivity as connectivity
from thalweg.evaluation.curvature import Curvature as Curvature
from thalweg.evaluation.curvature import curvature as curvature
from thalweg.evaluation.descent import Descent as Descent
from thalweg.evaluation.descent import descent as descent
from thalweg.evaluation.diversity import Diversity as Diversity
from thalweg.evaluation.diversity import diversity as diversity
from thalweg.evaluation.dreams import Dreaming as Dreaming
from thalweg.evaluation.dreams import dreams as dreams
from thalweg.evaluation.features import Features as Features
from thalweg.evaluation.features import features as features
from thalweg.evaluation.generalisation import Generalisation as Generalisation
from thalweg.evaluation.generalisation import generalisation as generalisation
from thalweg.evaluation.intervals import CrossedInterval as CrossedInterval
from thalweg.evaluation.landscape import Landscape as Landscape
from thalweg.evaluation.landscape import landscape as landscape
from thalweg.evaluation.minimum import Minimum as Minimum
from thalweg.evaluation.minimum import minimum as minimum
from thalweg.evaluation.noise import Noise as Noise
from thalweg.evaluation.noise import noise as noise
from thalweg.evaluation.outliers import Outliers as Outliers
from thalweg.evaluation.outliers import outliers as outliers
from thalweg.evaluation.record import Measured as Measured
from thalweg.evaluation.record import Record as Record
from thalweg.evaluation.shift import Shift as Shift
from thalweg.evaluation.shift import shift as shift
from thalweg.evaluation.suite import EVALUATIONS as EVALUATIONS
from thalweg.evaluation.suite import HEADLINES as HEADLINES
from thalweg.evaluation.suite import USUAL as USUAL
from thalweg.evaluation.suite import Objective as Objective
from thalweg.evaluation.suite import evaluate as evaluate
