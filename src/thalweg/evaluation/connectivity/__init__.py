"""Is there a hill between two trained networks? (linear and curved mode connectivity)"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.evaluation.connectivity.measure import connectivity as connectivity
    from thalweg.evaluation.connectivity.record import Connectivity as Connectivity

lazily(__name__)
