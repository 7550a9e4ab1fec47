"""How far one side of a comparison may lie from what was seen, over new members.

One population alone is `intervals.crossed`. Beside another one more is asked: whether the two differ in
their spread. Where one spreads far more, it alone decides how sure the difference is, and what is wrong with
its own interval is not made up for by the other's: members that are mostly good and now and then bad look
good and alike in a small draw. The interval of each side is therefore that of a skewed share.
"""

from __future__ import annotations

from math import sqrt

from thalweg.measured import Interval
from thalweg.statistics.components import Variance, combined
from thalweg.statistics.intervals import share_interval, share_over_starts
from thalweg.statistics.quantiles import normal_quantile
from thalweg.statistics.roots import brentq
from thalweg.statistics.shares import Answers

LEAST_SPREAD = 1 / 2
"""Of two tables the one with fewer members is taken to vary, from member to member, by so much of the other's
variance at least. All of it would cost 5 % of the power, none would show differences that are not there."""
ENLARGED = 0.6
"""By so much over √members a side reaches further where all the variance is its own; not at all where both
have as much. A skewed distribution moves the t of its mean by that order (Johnson, JASA 73, 1978). Without it
populations of 3 to 32 that are far unlike in spread showed a difference in up to 7 % of cases."""
DOUBTED = 2
"""Up to so many degrees of freedom a side of fewer members that look alike is in doubt (`combined`)."""
PRECISION = 1e-12


def side_over_starts(own: Answers, other: Answers, level: float) -> Interval:
    """Return the interval of one side's share over new members on these examples, beside the `other` side.

    It is the shares θ whose own standard error, as many times as the level asks, reaches the share seen. Of
    it the luck of single answers varies as θ(1 − θ), as in Wilson's interval (JASA 22, 1927), and what
    members differ by as (θ(1 − θ))², which it does where abilities spread alike on the scale of logits. So
    it reaches further towards 1/2 than away from it. Few degrees of freedom stretch it as they do in
    `share_interval`. Both sides have several members.

    The side with fewer members is taken to be no more certain than its members would be if their variance
    were half the other's, and up to three of them that agree are in doubt.
    """
    parts = own.parts
    if parts.examples == 1 or not 0 < parts.mean < 1:
        return share_over_starts(own, level)
    fewer = parts.members < other.parts.members
    variance = combined([parts.member_term], own.noise, doubted=DOUBTED if fewer else 1)
    if variance.value == 0:
        return share_over_starts(own, level)
    low, high = _skewed(own, variance, level, _enlarged(own, other))
    if not fewer:
        return low, high
    square = max(LEAST_SPREAD * other.parts.member_square, other.noise[0] * other.parts.cells)
    spread = Variance(((square / parts.cells, other.parts.interaction_freedom),))
    less, more = share_interval(parts.mean, spread, parts.cells, level)
    return min(low, less), max(high, more)


def _enlarged(own: Answers, other: Answers) -> float:
    return 1 + ENLARGED / sqrt(own.parts.members) * _dominance(own, other) ** 2


def _dominance(own: Answers, other: Answers) -> float:
    """Return 0 where members of the other side add as much variance or more, 1 where they add none.

    Members that differ by no more than luck dominate nothing: luck has degrees of freedom enough.
    """
    if own.parts.member_term[0] <= own.noise[0]:
        return 0.0
    ours, theirs = own.over_starts.value, other.over_starts.value
    return max(0.0, (ours - theirs) / (ours + theirs))


def _skewed(own: Answers, variance: Variance, level: float, enlarged: float) -> Interval:
    share, normal = own.parts.mean, normal_quantile(level)
    luck = min(own.noise[0], variance.value)
    rest = variance.value - luck
    stretch = enlarged * variance.quantile(level) / normal if normal > 0 else enlarged

    def beyond(theta: float) -> float:
        scale = theta * (1 - theta) / (share * (1 - share))
        return abs(share - theta) - normal * sqrt(luck * scale + rest * scale**2)

    low, high = (
        brentq(beyond, share, end, xtol=PRECISION) if beyond(share) < 0 else share for end in (0.0, 1.0)
    )
    return max(0.0, share - stretch * (share - low)), min(1.0, share + stretch * (high - share))
