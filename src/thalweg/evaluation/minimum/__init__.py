"""Is the place it leads to a minimum?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.minimum.measure import minimum as minimum
    from thalweg.evaluation.minimum.record import Certificate as Certificate
    from thalweg.evaluation.minimum.record import Minimum as Minimum


lazily(__name__)
