"""Data sets and loaders of PyTorch as ours, and what they say of how models are given their examples."""

import numpy as np
import pytest

from thalweg import data
from thalweg.data.given import Inputs
from thalweg.data.pytorch import load_torch
from thalweg.errors import DataError

torch = pytest.importorskip("torch")
from torch.utils.data import DataLoader, Dataset, IterableDataset, Subset, TensorDataset  # noqa: E402


class Normalize:
    """As torchvision's."""

    def __init__(self, mean, std):
        self.mean, self.std = mean, std

    def __call__(self, tensor):
        mean, std = (torch.tensor(values)[:, None, None] for values in (self.mean, self.std))
        return (tensor - mean) / std


class Compose:
    """As torchvision's: transforms one after another."""

    def __init__(self, transforms):
        self.transforms = transforms

    def __call__(self, value):
        for transform in self.transforms:
            value = transform(value)
        return value


def to_tensor(picture):
    array = np.asarray(picture)
    return torch.from_numpy(array.reshape(*array.shape[:2], -1)).permute(2, 0, 1).float() / 255


class Pictures(Dataset):
    """As torchvision's data sets: pictures, labels, and what is done to each."""

    classes = ("zero", "one", "two")

    def __init__(self, arrays, transform, make=lambda array: array):
        self.arrays, self.transform, self.make = arrays, transform, make

    def __len__(self):
        return len(self.arrays)

    def __getitem__(self, place):
        picture = self.make(self.arrays[place])
        return picture if self.transform is None else self.transform(picture), place % 3


@pytest.fixture(scope="module")
def grey():
    return np.random.default_rng(0).integers(0, 256, (30, 6, 5), dtype=np.uint8)


@pytest.fixture(scope="module")
def coloured():
    return np.random.default_rng(0).integers(0, 256, (30, 6, 5, 3), dtype=np.uint8)


def test_tensors_become_pictures_with_their_grey_levels(grey):
    tensors = TensorDataset(torch.from_numpy(grey)[:, None] / 255, torch.arange(30) % 3)
    found = load_torch(tensors, measured=True)
    np.testing.assert_array_equal(found.test.raw, grey)
    np.testing.assert_array_equal(found.test.labels, np.arange(30) % 3)
    assert found.train_part is None
    assert found.test.scaling.given == Inputs("unit", layout="nchw")


def test_a_data_set_alone_has_a_fifth_held_out_by_load(grey):
    whole = data.load(Pictures(grey, to_tensor))
    assert (len(whole.train), len(whole.test)) == (24, 6)
    assert whole.class_names == ("zero", "one", "two")
    assert whole.hold_out(0.5).validation.scaling.given == whole.test.scaling.given is not None
    assert whole.name == "pictures"


@pytest.mark.parametrize("wrap", [lambda each: each, lambda each: Subset(each, range(30)), DataLoader])
def test_what_was_normalised_is_brought_back_by_its_own_transform(coloured, wrap):
    mean, std = (0.5, 0.4, 0.3), (0.2, 0.25, 0.3)
    pictures = Pictures(coloured, Compose([to_tensor, Normalize(mean, std)]))
    found = data.load((wrap(pictures), wrap(pictures)))
    np.testing.assert_array_equal(found.test.raw, coloured)
    assert found.test.scaling.given == Inputs("unit", mean, std, "nchw")
    assert f"mean={mean}" in found.notes[0]


def test_what_was_normalised_in_an_unknown_way_is_asked_for(grey):
    tensors = TensorDataset((torch.from_numpy(grey)[:, None] / 255 - 0.5) / 0.5, torch.arange(30) % 3)
    with pytest.raises(DataError, match="values from -1 to 1, and no Normalize") as caught:
        data.load(tensors)
    assert "inputs=" in caught.value.hint
    found = data.load({"test": tensors}, inputs=Inputs(mean=0.5, std=0.5))
    np.testing.assert_array_equal(found.test.raw, grey)
    with pytest.raises(DataError, match="would have had values from"):
        data.load(tensors, inputs=Inputs(mean=0.5, std=0.9))
    with pytest.raises(DataError, match="mean has 2 numbers"):
        data.load(tensors, inputs=Inputs(mean=(0.5, 0.4), std=0.5))


def test_pictures_of_pillow_say_nothing_of_models(coloured):
    from PIL import Image

    found = data.load((Pictures(coloured, None, Image.fromarray), Pictures(coloured, None, Image.fromarray)))
    np.testing.assert_array_equal(found.test.raw, coloured)
    assert found.test.scaling.given is None


def test_whole_numbers_are_given_as_they_are(grey):
    found = data.load({"test": TensorDataset(torch.from_numpy(grey), torch.arange(30) % 3)})
    np.testing.assert_array_equal(found.test.raw, grey)
    assert found.test.scaling.given == Inputs("pixels", layout="nhw")


def test_pixels_that_are_on_or_off_stay_what_they_are(grey):
    on_off = torch.from_numpy((grey > 99).astype(np.float32))
    found = data.load({"test": TensorDataset(on_off, torch.arange(30) % 3)})
    np.testing.assert_array_equal(found.test.inputs, on_off.numpy())
    assert found.test.scaling.given == Inputs("unit", layout="nhw")


def test_features_are_given_in_their_own_units():
    rows = np.random.default_rng(1).normal(50, 9, (40, 4)).astype(np.float32)
    found = data.load(TensorDataset(torch.from_numpy(rows), torch.arange(40) % 2))
    assert found.test.scaling.given == Inputs("raw")
    assert abs(found.train.inputs.mean()) < 1e-5


@pytest.mark.parametrize("options", [{}, {"shuffle": True}, {"batch_size": 7, "drop_last": True}])
def test_a_loader_is_read_whole_in_the_order_of_its_data_set(grey, options):
    found = data.load({"test": DataLoader(Pictures(grey, to_tensor), **options)})
    np.testing.assert_array_equal(found.test.raw, grey)


def test_a_loader_of_some_examples_gives_these(grey):
    sampler = torch.utils.data.SubsetRandomSampler([7, 3, 20, 11])
    found = data.load({"test": DataLoader(Pictures(grey, to_tensor), sampler=sampler)})
    np.testing.assert_array_equal(found.test.raw, grey[[3, 7, 11, 20]])


class Endless(IterableDataset):
    def __iter__(self):
        while True:
            yield torch.zeros(1, 4, 4), 0


class Three(Pictures):
    def __getitem__(self, place):
        return (*super().__getitem__(place), "more")


class Growing(Pictures):
    def __getitem__(self, place):
        return torch.zeros(1, 4, 4 + place), place % 3


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda grey: Endless(), "Endless has no length"),
        (lambda grey: DataLoader(Endless()), "makes its batches in a way of its own"),
        (lambda grey: Three(grey, to_tensor), r"is a tuple of 3: expected \(input, label\)"),
        (lambda grey: Growing(grey, to_tensor), "have different shapes"),
        (lambda grey: {"valid": Pictures(grey, to_tensor)}, "Parts called valid: expected train and test"),
        (lambda grey: Pictures(grey[:0], to_tensor), "without examples"),
        (
            lambda grey: DataLoader(
                Pictures(grey, to_tensor), sampler=torch.utils.data.WeightedRandomSampler([1.0] * 30, 30)
            ),
            "a WeightedRandomSampler: which examples it gives",
        ),
        (lambda grey: (Pictures(grey, to_tensor), Pictures(grey, None)), "test part is given otherwise"),
    ],
)
def test_what_cannot_be_read_is_named(make, says, grey):
    with pytest.raises(DataError, match=says):
        data.load(make(grey))


def test_options_of_others_are_refused(grey):
    with pytest.raises(DataError, match="a data set of PyTorch is none"):
        data.load(Pictures(grey, to_tensor), label_column="label")
    with pytest.raises(DataError, match="inputs= is for data sets of PyTorch"):
        data.load("digits", inputs=Inputs("unit"))
