"""What is learned from: named data sets, the user's own files, arrays, and noise to be puzzled by."""

from thalweg.data import noise as noise
from thalweg.data.arrays import from_arrays as from_arrays
from thalweg.data.dataset import Dataset as Dataset
from thalweg.data.dataset import Scaling as Scaling
from thalweg.data.dataset import TestSplit as TestSplit
from thalweg.data.dataset import TrainSplit as TrainSplit
from thalweg.data.dataset import ValidationSplit as ValidationSplit
from thalweg.data.loading import load as load
from thalweg.data.reading import Reading as Reading
from thalweg.data.sources import available as available
from thalweg.data.sources import default as default
from thalweg.data.sources import describe as describe
from thalweg.data.sources import get as get
