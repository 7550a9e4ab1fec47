"""What is written by the evaluations that need answers only, and by any that does not apply."""

from __future__ import annotations

from typing import Any

from thalweg.runs.described import Count, Counts, Maybe, Measured, Number, Numbers, Pair, table

NotMeasured = table({str: "not_measured hint"})
"""Why an evaluation does not apply, and what to do."""
Crossed = table({Pair | None: "starts examples both"})
"""Intervals over new starts, over new examples, and over both."""
OverChance = table(
    {
        Measured: "accuracy gain",
        Number: "guess ranking p_value",
        str: "commonest verdict",
        bool: "learned",
    }
)
"""Whether anything was learned that can be told from guessing."""
Asked = OverChance | None
"""The same, or None where it was not asked."""
Accuracy = table(
    {
        Number: "mean sd min max ensemble",
        Pair | None: "ensemble_interval",
        Count: "members examples",
        Counts: "excluded",
        Crossed: "interval",
        str: "caveat",
        OverChance: "over_chance",
    },
    optional="caveat over_chance",
)
HardExample = table(
    {
        Count: "example row index",
        str: "label called file id",
        Number: "share_right mistake_share",
        str | None: "usual_mistake",
    },
    optional="row index called file id",
)
"""An example that few members get right, and what it is called in what the user gave."""
Reliability = table({Numbers: "confidence accuracy low high count"})
"""Confidence and accuracy, bin by bin."""
Scores = table(
    {
        Measured: "nll brier signed debiased_l2 ece_equal_mass ece_equal_width classwise",
        Number: "confidence accuracy",
        Reliability: "reliability",
    }
)
"""How far confidence is from accuracy, by every score."""
ScoresAtTemperature = table({Measured: "temperature"}, base=Scores)
TemperatureScaled = table(
    {
        Numbers: "temperatures",
        Measured: "mean_temperature",
        Count: "fitted_on",
        ScoresAtTemperature: "ensemble",
    },
    base=Scores,
)
ClassesNamed = table({str: "most", dict[str, Number]: "shares"}, base=Measured)
NoiseAnswers = table(
    {
        Measured: "mean_confidence",
        dict[str, Measured]: "share_above",
        dict[str, Number]: "confidence_quantiles",
        ClassesNamed: "digits_named",
    }
)
NoiseKind = table({Count: "members examples", NoiseAnswers: "ensemble"}, base=NoiseAnswers)
ScaleCurve = table(
    {
        list[Measured]: "mean_confidence",
        dict[str, list[Measured]]: "share_above",
        list[Pair]: "member_band",
        Numbers: "median_confidence ensemble_confidence",
        Number: "certain_from",
    }
)
ScaleSweep = table({Numbers: "scales", ScaleCurve: "test uniform"}, optional="test uniform")
Precision = table({Number: "base_rate"}, base=Measured)
Detection = table(
    {Measured: "auroc fpr95_inlier_positive fpr95_outlier_positive", Precision: "aupr"}, optional="aupr"
)
"""How well a score tells outliers from inliers; means over sets have no precision."""
Detected = table({str: "of", Detection | None: "ensemble"}, base=Detection)
"""One score of members or, where they have none, of their vote."""
MemberQuantiles = table({dict[str, Numbers]: "accuracy confidence"})
Curve = table(
    {
        Numbers: "levels",
        str: "unit",
        Number: "identity",
        list[Measured]: "accuracy confidence ensemble_accuracy ensemble_confidence",
        MemberQuantiles: "member_quantiles",
    }
)
Corruption = table({Measured: "error ensemble_error confidence", Maybe: "relative"})
Ranking = table({list[str]: "hardest_first", Maybe: "clean_against_corrupted"})
Corrupted = table(
    {
        Measured: "clean_error mean_corruption_error ensemble_clean_error ensemble_mean_corruption_error",
        Maybe: "relative_mean_error",
        Ranking: "ranking",
    },
    partial=True,
)
"""Means over corruptions; nothing where none was tried."""
ShiftExamples = table({Count: "curves corruptions"})
ConformalSets = table(
    {Measured: "coverage mean_set_size empty singleton", Pair: "expected_range", bool: "too_few"},
    optional="too_few",
)
RegularisedSets = table({Number: "penalty free"}, base=ConformalSets)
Rejection = table({Number: "threshold", Measured: "false_alarms", Maybe: "noise_rejected"})
Abstaining = table(
    {
        Measured: "aurc excess_aurc",
        dict[str, ConformalSets]: "conformal conformal_aps",
        dict[str, RegularisedSets]: "conformal_raps",
        dict[str, Rejection]: "rejection",
        dict[str, Measured]: "accuracy_at_coverage",
    },
    optional="conformal_raps",
)
"""What answers are worth when some may be withheld."""
AllAgree = table({Number: "value", Measured: "right wrong"})
NeverRight = table(
    {Count: "count", Counts: "examples", list[str]: "called"}, base=Measured, optional="called"
)
AnswerGiven = table({str: "class", Count: "members"})
ArbitraryExample = table(
    {
        Count: "example row index",
        str: "label vote called file id",
        Number: "self_consistency",
        list[AnswerGiven]: "answers",
    },
    optional="row index called file id",
)
"""An example that members answer differently, and what they answer."""
ConfusedPairs = table({Count: "classes", Counts: "labels answers", Numbers: "counts"})
"""Which class is taken for which, of many classes: the pairs that occur."""
BelowThreshold = table({Number: "threshold", Count: "count", Measured: "share"})
EnsembleSize = table({Measured: "accuracy gain", Count: "draws"})

DESCRIPTIONS: dict[str, Any] = {
    "accuracy": table(
        {
            Accuracy | None: "train_accuracy",
            Accuracy: "test_accuracy",
            Maybe: "generalisation_gap commonest_mistake never_right",
            list[HardExample]: "hardest",
            list[str]: "class_names",
            list[Numbers] | ConfusedPairs: "confusion ensemble_confusion",
        },
        optional="commonest_mistake never_right",
    ),
    "calibration": table(
        {
            Count: "members examples classes bins",
            Counts: "excluded",
            Scores: "ensemble",
            TemperatureScaled | None: "temperature",
            Asked: "over_chance",
        },
        base=Scores,
        optional="over_chance classes",
    ),
    "noise": table({ScaleSweep: "scale_sweep"}, optional="scale_sweep"),
    "outliers": table(
        {
            dict[str, list[str]]: "ranking",
            dict[str, str]: "groups left_out",
            dict[str, Count]: "examples",
            Counts: "excluded",
        }
    ),
    "shift": table(
        {
            dict[str, Curve]: "curves",
            dict[str, Corruption]: "corruptions",
            Count: "members",
            ShiftExamples: "examples",
            Counts: "excluded",
        },
        base=Corrupted,
    ),
    "abstention": table(
        {
            Count: "members examples calibrated_on measured_on chosen_on",
            Counts: "excluded",
            bool: "randomised",
            Abstaining: "ensemble",
        },
        base=Abstaining,
        optional="chosen_on randomised",
    ),
    "diversity": table(
        {
            Measured: "disagreement double_fault",
            Number: "disagreement_if_independent",
            Maybe: "relative_disagreement error_correlation",
            AllAgree: "all_agree",
            NeverRight: "never_right",
            dict[str, EnsembleSize]: "ensemble",
            Count: "members examples",
            Counts: "excluded",
            Asked: "over_chance",
        },
        optional="over_chance",
    ),
    "arbitrariness": table(
        {
            dict[str, Measured]: "ambiguity vote_changes",
            Maybe: "no_majority luck_of_errors shared_errors",
            BelowThreshold | None: "below",
            Number: "discrepancy",
            list[ArbitraryExample]: "most_arbitrary",
            OverChance: "over_chance",
            Count: "asked arbitrary tied members examples",
            Counts: "excluded",
            list[str]: "class_names",
        }
    ),
}
"""The description of every evaluation here, by its name."""
OTHERS: dict[str, Any] = {"noise": NoiseKind, "outliers": dict[str, Detected]}
"""What every key holds that the description of such an evaluation does not name."""
