"""What is learned from: named data sets, the user's own files, arrays, and noise to be puzzled by."""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.data import noise as noise
    from thalweg.data.arrays import from_arrays as from_arrays
    from thalweg.data.dataset import (
        Dataset as Dataset,
        Scaling as Scaling,
        TestSplit as TestSplit,
        TrainSplit as TrainSplit,
        ValidationSplit as ValidationSplit,
    )
    from thalweg.data.loading import load as load
    from thalweg.data.reading import Reading as Reading
    from thalweg.data.sources import (
        available as available,
        default as default,
        describe as describe,
        get as get,
    )

lazily(__name__)
