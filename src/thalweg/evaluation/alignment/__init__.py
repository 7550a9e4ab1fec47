"""Are two networks the same but for the order of their neurons? (weight matching, re-basin)"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.alignment.measure import alignment as alignment
    from thalweg.evaluation.alignment.record import Alignment as Alignment

lazily(__name__)
