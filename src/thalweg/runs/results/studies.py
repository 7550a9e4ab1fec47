"""What studies and the label audit write."""

from __future__ import annotations

from typing import Any

from thalweg.runs.described import Count, Counts, Maybe, Measured, Number, Numbers, Pair, table
from thalweg.runs.results.answers import OverChance

Distribution = table({Measured: "mean sd", dict[str, Number]: "quantiles"})
TrueSpread = table(
    {Measured: "seen_sd true_sd", Number: "noise_sd noise_share_of_variance p_value_all_equal epsilon"}
)
"""The spread between starts, less what chance in the examples makes of it."""
Clusters = table({Count: "count best_cut", Number: "silhouette silhouette_of_one_cloud p_value_one_cloud"})
Places = table(
    {
        Count: "members",
        Measured: "distance_before distance_after distance_to_strangers",
        Maybe: "after_over_strangers",
        Clusters | None: "clusters",
    }
)
Shuffled = table(
    {
        Count: "members diverged",
        Distribution: "train_cost train_accuracy",
        Measured: "test_cost test_accuracy chance_accuracy",
        bool: "test_accuracy_at_chance",
        Maybe: "train_cost_sd_over_structured train_cost_relative_sd_over_structured",
    }
)
OneWidth = table(
    {
        Counts: "hidden",
        Count: "parameters members diverged",
        Distribution: "train_cost test_cost train_accuracy test_accuracy",
        Maybe: "cost_correlation cost_rank_correlation",
        dict[str, TrueSpread]: "equal_starts",
        Places | None: "places",
        Shuffled | None: "shuffled",
        Number: "recalled_unverified_correlation",
        OverChance: "over_chance",
    },
    optional="recalled_unverified_correlation over_chance",
)
EpochsTo = table({Count: "members_that_reached_it", Number: "median slowest"})
"""After how many epochs members reached an accuracy; None for those that did not."""
Arm = table(
    {
        str: "kind regulariser",
        Number: "random_share",
        Count: "width parameters",
        Measured: "train_accuracy test_accuracy",
        dict[str, EpochsTo]: "epochs_to",
    }
)
Kind = table(
    {
        Measured: "train_accuracy test_accuracy",
        dict[str, Maybe]: "epochs_ratio_to_true",
        dict[str, Number]: "median_epochs_to",
        Maybe: "agreement_of_order critical_ratio_after_one_epoch critical_ratio_at_the_end",
    }
)
StandardError = table({Number: "median largest median_of_memorised"})
SplitHalf = table({Measured: "halves whole", Count: "chosen", Number: "there", Maybe: "again"})
"""Whether two halves of the members tell the same."""
Influence = table(
    {Number: "threshold", Count: "candidates found sure distinct single", Measured: "by_chance"}
)
"""New examples that are read rightly because of one that was learned."""
InfluentialPair = table({str: "called test_called", Number: "influence standard_error"})
"""One of them, and the one that was learned: what both are called."""
WithAndWithout = table(
    {Count: "examples", Measured: "everything without_memorised without_random difference"}
)
Removal = table(
    {Count: "removed members diverged", WithAndWithout: "test", WithAndWithout | None: "influenced"}
)
Tuned = table(
    {
        Number: "learning_rate validation_accuracy",
        bool: "at_the_edge_of_the_grid",
        Numbers: "learning_rates validation_accuracy_by_rate",
        Measured: "test_accuracy_last_epoch test_accuracy_best_epoch",
        Maybe: "winner_leads_by",
    }
)
Reached = table({Number: "share", Measured: "accuracy epoch last", Count: "unfinished"})
"""What pruned networks come to: at the epoch that was best on held-out examples, and after the last."""
Comparison = table({Measured: "accuracy epochs", bool: "finished"})
Level = table(
    {
        Count: "round",
        Number: "share",
        dict[str, Reached]: "reached",
        dict[str, Comparison]: "against",
        dict[str, str]: "verdicts",
    }
)
PowerLaw = table({Measured: "exponent", Numbers: "places", Number: "p_value_straight", bool: "is_bent"})
Law = table(
    {
        dict[str, Measured]: "barriers",
        PowerLaw | None: "power",
        str: "agrees",
        Counts: "peak",
        bool: "is_peak two_descents",
    }
)
"""How barriers between members change with the width."""
Distinct = table({Count: "found commonest lowest once", Measured: "least new"})
"""How many minima are not one another but for order and sign of units."""
Judge = table({str: "name", Measured: "agrees", Number: "weight"})
"""Who judged labels, how often the judge gives the label as it is, and how much that is worth."""
Published = table({Number: "published", Measured: "ours", Pair: "one_more_run", bool | None: "inside"})
Row = table(
    {
        str: "chapter name measured_on",
        Count: "epochs",
        Count | None: "best_of_runs",
        str | None: "note",
        Published: "peak last",
    }
)
Suspect = table(
    {
        str: "split called file id label suggested_label",
        Count: "example row index",
        Number: "suspicion",
        list[str]: "values",
    },
    optional="file id row index",
)
"""A label that is suspicious: what its example is called, and its row as it was written."""
Called = table(
    {
        str: "split called file id label",
        Count: "example row index",
        list[str]: "values",
        Number: "score",
        bool: "exact apart",
    },
    optional="file id row index score exact apart",
)
"""A copy, an outlier or a contradiction: what the example is called, and its row as it was written."""
Alike = table(
    {
        Count: "size",
        list[str]: "splits",
        dict[str, Count]: "labels",
        list[Called]: "examples",
    }
)
"""A group of examples that are the same, or nearly: how many have which label, and the first of them."""
Copies = table(
    {
        Count: "examples exact groups labels_differ test_examples leaked leaked_exactly",
        Number: "by_luck leaked_by_luck",
        str: "near_not_asked",
        bool: "is_luck is_leak",
        list[Alike]: "listed",
    },
    optional="is_luck is_leak",
)
Outliers = table({Count: "examples", Number: "by_luck_at_most", list[Called]: "listed"})
Contradictions = table({Count: "examples groups least_wrong", list[Alike]: "listed"})
Overlap = table(
    {
        str: "one other",
        Measured: "share",
        Count: "one_as_other other_as_one wrong",
        Number: "others",
        bool: "stands_out both_ways",
    }
)
"""Two classes that judges take for each other, and whether more than they take others."""
Issues = table(
    {
        Copies | None: "copies",
        Outliers | None: "outliers",
        Contradictions | None: "contradictions",
        list[Overlap] | None: "overlaps",
        dict[str, str]: "not_asked",
    }
)
"""What an audit finds besides wrong labels; None what could not be asked, and why."""

CheckedStratum = table({Count: "labels drawn used wrong unsure", Pair | None: "suspicion"})
Checked = table(
    {
        str: "draw",
        Count: "labels drawn answered used found unsure unused corrections",
        Measured: "wrong",
        list[CheckedStratum]: "strata",
    }
)
"""What people found among labels that were drawn for them."""

BinaryTasks = table({Count: "tasks", Measured: "slope", Maybe: "r2", Number: "line", bool: "holds"})
"""How the variances of all ways to sort the classes into two groups follow from the errors."""
Cell = table(
    {
        Count: "width epochs parameters members diverged",
        Number: "learning_rate validation",
        Maybe: "accuracy ratio",
        TrueSpread | None: "spread",
        BinaryTasks | None: "binary",
        str: "verdict",
    }
)
Turn = table({Count: "epochs", Number: "learning_rate at above below", str: "said"})
"""Between which widths luck of the start falls below that of the test set; None where that is not known."""
RateTrial = table({Count: "width epochs", Number: "best calm", str: "verdict"})
GrokkingCell = table(
    {
        Number: "scale weight_decay learned_after",
        Count: "members diverged",
        Measured: "share accuracy",
        str: "verdict",
        dict[str, Count]: "kinds",
        dict[str, Number]: "delay",
    }
)
"""How many members of a scale and weight decay are delayed, and quantiles of by how much; None: never."""
PeakOf = table({Count: "at before after", Measured: "height"})
Height = table({Number: "test_set", str: "verdict"}, base=PeakOf)
"""How high a curve stands above the lower of what is lowest on either side."""
WidthPoint = table(
    {Count: "width parameters", Number: "enough train_cost train_error", Measured: "test_cost test_error"}
)
Descent = table(
    {
        Number: "noise",
        bool: "reused",
        Count: "members diverged",
        list[WidthPoint]: "points",
        Height | None: "of_cost of_error",
        str: "verdict",
    }
)
OverEpochs = table(
    {
        Number: "noise",
        Count: "width",
        Counts: "epochs",
        list[Measured]: "error",
        PeakOf | None: "height",
        str: "verdict",
    }
)
BestRate = table(
    {Count: "decided agreeing", Maybe: "share", Number: "chance", str: "verdict", list[RateTrial]: "trials"}
)

DESCRIPTIONS: dict[str, Any] = {
    "double-descent": table(
        {
            Count: "examples test_examples just_enough",
            str: "cost",
            list[Descent]: "curves",
            list[OverEpochs]: "over_epochs",
            OverChance: "over_chance",
        }
    ),
    "grokking": table(
        {
            Count: "examples test_examples steps latest",
            list[GrokkingCell]: "cells",
            dict[str, Number]: "rule",
            OverChance: "over_chance",
        }
    ),
    "luck": table(
        {
            Count: "test_examples best",
            list[Cell]: "cells",
            list[Turn]: "turns",
            BestRate: "best_rate",
            OverChance: "over_chance",
            dict[str, Number]: "published",
        }
    ),
    "starts": table({str: "cost", dict[str, OneWidth]: "widths", dict[str, Maybe]: "sd_factor_per_doubling"}),
    "random-labels": table(
        {
            Count: "examples test_examples classes members",
            dict[str, Maybe]: "epochs_ratio_random_to_true",
            list[Arm]: "populations",
        }
    ),
    "structure": table(
        {
            Count: "examples members",
            Number: "radius",
            dict[str, Kind]: "kinds",
            OverChance | None: "over_chance",
        },
        optional="over_chance",
    ),
    "memorisation": table(
        {
            Count: "examples members diverged times_in times_out memorised surely_memorised",
            Number: "share threshold",
            Measured: "memorised_share mean_memorisation accuracy_in accuracy_out test_accuracy",
            StandardError: "standard_error half_width",
            dict[str, Number]: "consistency",
            Counts: "most_memorised",
            list[str]: "most_memorised_called",
            SplitHalf | None: "reliability",
            Influence | None: "influence",
            Removal | None: "removal",
            OverChance: "over_chance",
            list[InfluentialPair]: "most_influential",
        },
        optional="over_chance most_memorised_called most_influential half_width",
    ),
    "optimisers": table(
        {
            Count: "members test_examples",
            str: "best_on_validation",
            dict[str, Tuned]: "optimisers",
            OverChance: "over_chance",
        },
        optional="over_chance",
    ),
    "nielsen": table(
        {Count: "members published_numbers inside not_tested", str: "data", list[Row]: "rows"},
        optional="not_tested",
    ),
    "barrier-width": table(
        {
            dict[str, Count]: "members",
            dict[str, Number]: "costs",
            dict[str, Law]: "laws",
            OverChance: "over_chance",
        }
    ),
    "census": table(
        {
            Count: "members diverged parameters examples test_examples",
            dict[str, Count]: "verdicts",
            OverChance: "over_chance",
            Distinct | None: "distinct",
            dict[str, Measured]: "within",
            str: "all_alike",
            dict[str, Maybe]: "correlations",
            Measured: "certified test_accuracy",
            Number: "lowest_cost",
            dict[str, Number]: "above_lowest",
        }
    ),
    "lottery": table(
        {
            Count: "members diverged weights test_examples epochs",
            OverChance: "over_chance",
            list[Reached]: "tickets",
            list[Level]: "levels",
        }
    ),
    "audit": table(
        {
            list[str]: "classes features not_recognised",
            list[Suspect]: "suspects",
            Count: "examples disputed not_judged unsettled",
            dict[str, Count]: "splits",
            OverChance: "judges",
            Measured: "estimated_errors estimated_even_errors",
            Number: "disputed_share_of_errors share",
            Count | None: "near_duplicates members suspicious",
            str: "table verdict caveat",
            str | None: "recipe not_counted",
            list[Judge]: "panel",
            Issues: "issues",
            list[dict[str, str | int | float | bool | None]]: "most_suspicious",
            Checked: "checked",
        },
        optional="not_judged not_recognised judges panel verdict caveat unsettled features suspects checked "
        "not_counted issues",
    ),
}
"""The description of every study's result, and of the audit's."""
