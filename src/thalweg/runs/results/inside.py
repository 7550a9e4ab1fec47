"""What is written by the evaluations that look inside: at weights, slopes and the surface of the cost."""

from __future__ import annotations

from typing import Any

from thalweg.runs.described import Count, Counts, Maybe, Measured, Number, Numbers, Pair, table
from thalweg.runs.results.answers import Asked, OverChance

Grounds = table(
    {OverChance: "over_chance", Number: "cost", str: "cost_name", bool: "hold", str | None: "title reason"}
)
"""Whether anything may be concluded, and why not; older records did not ask."""

Attacked = table(
    {
        Measured: "smallest",
        dict[str, Measured]: "robust_accuracy",
        dict[str, dict[str, Number]]: "robust_accuracy_by_method",
        Number: "defeated without_gradient",
    },
    partial=True,
)
"""What nudges of one norm do; nothing where members were not asked."""
Norm = table({Attacked | None: "ensemble"}, base=Attacked)
Attack = table({Count: "steps starts"})
Effect = table({Number: "p"}, base=Measured)
Chance = table(
    {
        str: "not_measured hint compared",
        Count: "members draws",
        Number: "moran spectral_slope smallest_p largest_p largest_p_of_a_member",
        Effect: "moran_difference spectral_slope_difference",
        Measured: "share_structured",
    },
    partial=True,
)
"""First weights against what chance makes of them, or why there is nothing to compare with."""
Training = table({str: "not_measured hint", Measured: "start_left learned_moran"}, partial=True)
"""What training left of the start, or why that is not known."""
DreamMeans = table(
    {
        Measured: "own_confidence neighbour_agrees distance_ratio shape_distance_ratio",
        Maybe: "judge_confidence judge_agrees",
    }
)
"""What the pictures of one style are like; None for what needs a judge."""
Dreams = table({DreamMeans: "best_start", Number: "distance_ratio_of_blank"}, base=DreamMeans)
Correlated = table({list[Measured]: "correlation"})
Matching = table({Measured: "distance", Number: "starts_agreeing function_change"}, base=Correlated)
Lines = table({Measured: "barrier error_barrier midpoint", Maybe: "remaining", Numbers: "cost error"})
Band = table({Numbers: "low median high"})
Walk = table(
    {
        Counts: "epochs members",
        Band | None: "cost gradient_norm accuracy test_accuracy step_length turn",
        Maybe: "steps_with_slope last_step last_slope",
        Numbers: "correlations",
        Count | None: "rounding_from",
    },
    optional="rounding_from",
)
LayerNudges = table({Measured: "mean share"})
Nudge = table({str: "layer", Counts: "index", Number: "nudge", Count: "rank"})
Nudges = table(
    {
        Count | None: "epoch",
        Counts: "members",
        Measured: "top_1_percent top_10_percent upward",
        dict[str, LayerNudges]: "by_layer",
        list[Nudge]: "largest",
        bool: "rounding",
    },
    optional="rounding",
)
"""Which weights the slope nudges, at one place of the way."""
WentDown = table(
    {Count: "member steps", bool: "reached stuck", Pair: "cost gradient_norm", Number: "slope_left"}
)
Downhill = table(
    {
        str: "origin",
        Count: "examples most_steps reached",
        Number: "tolerance",
        list[WentDown]: "members",
        bool: "rounding",
    },
    optional="rounding",
)
OnOff = table(
    {
        str: "activation origin",
        Numbers: "sizes",
        dict[str, list[Measured]]: "unmoved",
        dict[str, Number]: "no_slope",
        Count: "weights examples",
        Counts: "members",
    }
)
"""Smooth neurons against those that are on or off."""
Highest = table({Number: "cost"})
Lowest = table({Pair: "at"}, base=Highest)
CostPlane = table(
    {
        Pair: "across up",
        Lowest: "lowest",
        Highest: "highest",
        list[Pair]: "marks",
        Numbers: "cost_at_marks",
        Number: "projection_error largest_cost_error",
    }
)
Slices = table(
    {
        Numbers: "steps cost accuracy",
        Numbers | None: "low high",
        Number: "doubled_at",
        Counts: "members",
        bool: "rounding",
    },
    optional="rounding",
)
Density = table({Numbers: "values density error", Number: "width", Measured: "negative"})
MemberCurvature = table(
    {
        Count: "member steps",
        Number: "cost gradient_norm none_below trace_error",
        Measured: "largest smallest trace",
        Density: "density",
    }
)
Escape = table({Number: "length cost fall"})
"""A step that leads down from where training stopped."""
Certificate = table(
    {
        Count: "member descent_steps newton_steps",
        str: "verdict caveat",
        Number: "start_cost cost moved gradient_norm gradient_flat none_below",
        Measured: "smallest largest",
        dict[str, Count]: "flat",
        Escape | None: "descent",
    }
)

DESCRIPTIONS: dict[str, Any] = {
    "adversarial": table(
        {Count: "members examples", Counts: "excluded", Attack: "attack", Asked: "over_chance"},
        optional="over_chance",
    ),
    "features": table(
        {
            str: "kind",
            Measured: "moran spectral_slope",
            Chance: "shuffled starts permuted",
            Training: "training",
            Number: "examples_moran most_moran false_discovery_rate",
            Count: "pixels members neurons",
            Counts: "excluded",
            Asked: "over_chance",
        },
        optional="over_chance",
    ),
    "dreams": table(
        {
            str | None: "judge",
            bool | None: "judge_given judge_stronger",
            Maybe: "judge_accuracy dreamers_accuracy",
            Measured: "neighbour_agrees_on_real",
            list[str]: "classes starts",
            Count: "steps members",
            Counts: "excluded",
            Asked: "over_chance",
        },
        optional="over_chance",
    ),
    "alignment": table(
        {
            Correlated: "unaligned",
            Counts: "members widths excluded",
            Count: "pairs starts examples",
            bool: "signs",
            Asked: "over_chance",
        },
        optional="over_chance",
    ),
    "connectivity": table(
        {
            Numbers: "shares",
            Counts: "members excluded",
            Count: "pairs examples trained_on steps",
            str: "cost",
            Number: "l2",
            bool: "signs",
            Grounds: "grounds",
        },
        optional="grounds",
    ),
    "descent": table(
        {
            Walk | None: "walk",
            dict[str, Nudges]: "nudges",
            Downhill: "downhill",
            OnOff | None: "on_off",
            dict[str, str]: "lacking",
            Count: "examples",
            str: "cost",
            Number: "l2",
            Counts: "excluded",
            Grounds: "grounds",
        },
        optional="grounds",
    ),
    "landscape": table(
        {
            Slices: "slices",
            Count: "member examples",
            Counts: "through excluded epochs",
            str: "cost",
            Number: "l2",
            Count | None: "walker",
            Grounds: "grounds",
        },
        optional="grounds",
    ),
    "curvature": table(
        {
            Measured: "largest smallest trace",
            Density: "density",
            list[MemberCurvature]: "members",
            Count: "parameters examples probes",
            str: "cost",
            Number: "l2",
            Grounds: "grounds",
        },
        optional="grounds",
    ),
    "minimum": table(
        {
            Count: "certified parameters examples",
            dict[str, Count]: "verdicts",
            list[Certificate]: "members",
            str: "cost",
            Number: "l2",
            Grounds: "grounds",
        },
        optional="grounds",
    ),
}
"""The description of every evaluation here, by its name."""
OTHERS: dict[str, Any] = {
    "adversarial": Norm,
    "dreams": Dreams,
    "alignment": Matching,
    "connectivity": Lines,
    "landscape": CostPlane,
}
"""What every key holds that the description of such an evaluation does not name."""
