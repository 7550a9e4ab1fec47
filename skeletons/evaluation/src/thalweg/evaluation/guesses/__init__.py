"""Is the right class among its first guesses? (top-k accuracy)"""

from __future__ import annotations

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.guesses.measure import guesses as guesses
    from thalweg.evaluation.guesses.record import Guesses as Guesses


lazily(__name__)
