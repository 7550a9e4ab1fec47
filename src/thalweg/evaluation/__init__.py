"""Measurements of trained members: what they do, how sure that number is. Nothing here trains or needs JAX.

Each measurement is a function `(classifier, split or dataset, ...) -> record`. It has the name of its module
on purpose: `evaluation.accuracy(population, digits.test)` is a call. What else is in those modules:
`from thalweg.evaluation.accuracy import ...`.
"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.abstention.measure import abstention as abstention
    from thalweg.evaluation.abstention.record import Abstention as Abstention
    from thalweg.evaluation.accuracy.measure import accuracy as accuracy
    from thalweg.evaluation.accuracy.record import Accuracy as Accuracy, AccuracyAndGap as AccuracyAndGap
    from thalweg.evaluation.adversarial.measure import adversarial as adversarial
    from thalweg.evaluation.adversarial.record import Adversarial as Adversarial
    from thalweg.evaluation.alignment.measure import alignment as alignment
    from thalweg.evaluation.alignment.record import Alignment as Alignment
    from thalweg.evaluation.answer_file import save_answers as save_answers
    from thalweg.evaluation.arbitrariness.measure import arbitrariness as arbitrariness
    from thalweg.evaluation.arbitrariness.record import Arbitrariness as Arbitrariness
    from thalweg.evaluation.calibration.measure import calibration as calibration
    from thalweg.evaluation.calibration.record import Calibration as Calibration
    from thalweg.evaluation.classifier import (
        AnyClassifier as AnyClassifier,
        Predictions as Predictions,
        predictions as predictions,
    )
    from thalweg.evaluation.comparison.many import compare_many as compare_many
    from thalweg.evaluation.comparison.measure import compare as compare
    from thalweg.evaluation.comparison.ranking import Ranking as Ranking
    from thalweg.evaluation.comparison.record import Comparison as Comparison
    from thalweg.evaluation.connectivity.measure import connectivity as connectivity
    from thalweg.evaluation.connectivity.record import Connectivity as Connectivity
    from thalweg.evaluation.curvature.measure import curvature as curvature
    from thalweg.evaluation.curvature.record import Curvature as Curvature
    from thalweg.evaluation.descent.measure import descent as descent
    from thalweg.evaluation.descent.record import Descent as Descent
    from thalweg.evaluation.diversity.measure import diversity as diversity
    from thalweg.evaluation.diversity.record import Diversity as Diversity
    from thalweg.evaluation.dreams.measure import dreams as dreams
    from thalweg.evaluation.dreams.record import Dreaming as Dreaming
    from thalweg.evaluation.features.measure import features as features
    from thalweg.evaluation.features.record import Features as Features
    from thalweg.evaluation.landscape.measure import landscape as landscape
    from thalweg.evaluation.landscape.record import Landscape as Landscape
    from thalweg.evaluation.minimum.measure import minimum as minimum
    from thalweg.evaluation.minimum.record import Minimum as Minimum
    from thalweg.evaluation.noise.measure import noise as noise
    from thalweg.evaluation.noise.record import Noise as Noise
    from thalweg.evaluation.outliers.measure import outliers as outliers
    from thalweg.evaluation.outliers.record import Outliers as Outliers
    from thalweg.evaluation.shift.measure import shift as shift
    from thalweg.evaluation.shift.record import Shift as Shift
    from thalweg.evaluation.suite import (
        EVALUATIONS as EVALUATIONS,
        HEADLINES as HEADLINES,
        USUAL as USUAL,
        Objective as Objective,
        evaluate as evaluate,
    )
    from thalweg.measured import Measured as Measured
    from thalweg.record import Record as Record
    from thalweg.statistics import intervals as intervals
    from thalweg.statistics.intervals import CrossedInterval as CrossedInterval

lazily(__name__)
