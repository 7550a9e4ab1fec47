"""Look for everything at once: copies, outliers, contradictions, classes that are confused."""

from __future__ import annotations

import numpy as np

from thalweg.studies.label_audit.issues.contradictions import find_contradictions
from thalweg.studies.label_audit.issues.copies import find_copies, same
from thalweg.studies.label_audit.issues.examples import FEWEST, Examples, Places, places_of
from thalweg.studies.label_audit.issues.outliers import Outliers, find_outliers
from thalweg.studies.label_audit.issues.overlap import find_overlaps
from thalweg.studies.label_audit.issues.record import Issues
from thalweg.studies.label_audit.pool import Pool

NO_INPUTS = "there are labels and answers alone, no inputs"
NO_CLASSES = "the judges recognise fewer than two classes"
TOO_FEW = f"fewer than {FEWEST} different examples do not say what is usual"


def find_issues(
    pool: Pool | None,
    labels: np.ndarray,
    chosen: np.ndarray,
    *,
    class_names: tuple[str, ...],
    recognised: np.ndarray,
    suspicion: np.ndarray,
) -> Issues:
    """Return what is found besides wrong labels among the judged examples of `pool`.

    `labels` and `chosen` int [examples]: the labels, and what judges that did not learn from the example
    answer. `recognised` bool [classes]: those that the judges can see. `suspicion` [examples]: how likely
    each label is wrong, NaN where nobody can say. Without a pool there are no inputs: then classes are
    compared alone. What cannot be asked is None, with the reason in `not_asked`.
    """
    not_asked = {}
    overlaps = None
    if recognised.sum() < 2:
        not_asked["overlaps"] = NO_CLASSES
    else:
        overlaps = find_overlaps(
            chosen, labels, class_names, known=recognised, suspicious=np.nan_to_num(suspicion) > 0.5
        )
    if pool is None:
        not_asked |= dict.fromkeys(("copies", "outliers", "contradictions"), NO_INPUTS)
        return Issues(None, None, None, None, overlaps, class_names, not_asked)
    examples = Examples.of(pool)
    alike = same(examples.raw)
    places = places_of(examples, np.unique(alike))
    if places is None:
        not_asked["outliers"] = TOO_FEW
    return Issues(
        examples,
        find_copies(examples, alike, places),
        None if places is None else _outliers(examples, alike, places),
        find_contradictions(alike, examples.labels, examples.judged),
        overlaps,
        class_names,
        not_asked,
    )


def _outliers(examples: Examples, alike: np.ndarray, places: Places) -> Outliers:
    """Return the outliers among the judged examples, each as the first of its copies is."""
    found = find_outliers(places.flat, pictures=examples.are_pictures)
    place = np.searchsorted(places.first, alike[: examples.judged])
    return Outliers(found.score[place], found.apart[place])
