"""The registry is complete and consistent, and its hashes are those of the real files."""

import re

import pytest

from thalweg.data.registry import REGISTRY, named_set
from thalweg.errors import DataError


@pytest.mark.parametrize("named", REGISTRY.values(), ids=list(REGISTRY))
def test_every_file_can_be_recognised(named):
    for file in named.files:
        assert re.fullmatch(r"[0-9a-f]{64}|", file.sha256)
        assert re.fullmatch(r"sha256:[0-9a-f]{64}|md5:[0-9a-f]{32}", file.compressed)
        assert file.examples > 0
        assert file.content in ("images", "labels")
    assert len({file.compressed for file in named.files}) == len(named.files)


@pytest.mark.parametrize("named", REGISTRY.values(), ids=list(REGISTRY))
def test_several_mirrors_by_http(named):
    assert len(named.mirrors) >= 2
    assert all(re.fullmatch(r"https?://\S+(/|\.zip)", mirror) for mirror in named.mirrors)


def test_class_counts():
    counts = {name: len(named.class_names) for name, named in REGISTRY.items()}
    assert counts == {"mnist": 10, "fashion-mnist": 10, "kmnist": 10, "emnist-letters": 26, "notmnist": 10}


def test_standard_names():
    assert [file.name for file in REGISTRY["mnist"].files] == [
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ]
    assert REGISTRY["emnist-letters"].files[2].published == "emnist-letters-test-images-idx3-ubyte.gz"


def test_unknown_name():
    with pytest.raises(DataError, match=r"No data set is named 'kmist'\. Did you mean 'kmnist'\?"):
        named_set("kmist")
