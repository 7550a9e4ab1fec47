import pytest

from thalweg.sizes import size


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1.0 KB"),
        (9_949, "9.9 KB"),
        (9_999, "10 KB"),
        (42_300, "42 KB"),
        (999_999, "1.0 MB"),
        (3_140_000, "3.1 MB"),
        (128_000_000, "128 MB"),
        (2_500_000_000, "2.5 GB"),
        (7_000_000_000_000, "7.0 TB"),
        (7_000_000_000_000_000, "7,000 TB"),
    ],
)
def test_a_size_is_said_with_two_or_three_figures(count, text):
    assert size(count) == text
