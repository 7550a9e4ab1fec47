"""How many starts and examples a number needs, and what they cost: planned from a pilot or from a run."""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.planning.pace import Pace as Pace, pace_of as pace_of
    from thalweg.planning.plan import plan as plan
    from thalweg.planning.record import Plan as Plan
    from thalweg.planning.run import plan_run as plan_run

lazily(__name__)
