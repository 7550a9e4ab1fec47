"""The accuracies that Michael Nielsen's book prints, and how he trained for each.

"Neural Networks and Deep Learning" (Determination Press, 2015). Batches of 10, sigmoid neurons unless said,
plain gradient descent; the first 50,000 training images to learn from and the other 10,000 for validation.
Figures with four digits are from the text or from the logs in the book's repository (`fig/*.json`), settings
of chapter 6 from its `src/conv.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

QUADRATIC, CROSS_ENTROPY, SOFTMAX = "quadratic", "binary-cross-entropy", "cross-entropy"
LARGE, SCALED = "normal", "scaled"


@dataclass(frozen=True)
class BookRow:
    """One training of the book. Accuracies are shares; `peak` is the best epoch's and `last` the last one's.

    `hidden`: neurons of the dense layers; `channels`: detectors of 5x5 pixels in convolutions before them,
    each followed by pooling in squares of 2x2. `expanded`: every picture is learned from five times, as it is
    and moved by one pixel in each direction.
    `l2` is his lambda / n, in chapter 6 lambda / batches (it multiplies half the squared weights, as ours
    does). `on`: the split that the
    book measured on. `examples`: the first so many training examples, 0 for all. `selected`: his number is
    the test accuracy at the epoch that did best on validation, the best of so many runs; 0 for neither.
    """

    name: str
    chapter: str
    hidden: tuple[int, ...]
    cost: str
    learning_rate: float
    epochs: int
    start: str = LARGE
    l2: float = 0.0
    on: str = "test"
    examples: int = 0
    peak: float | None = None
    last: float | None = None
    selected: int = 0
    note: str = ""
    channels: tuple[int, ...] = ()
    activation: str = "sigmoid"
    dropout: float = 0.0
    expanded: bool = False


_CHAPTER_6_NOTE = "the book's weights start from N(0, 1/outputs), and its batches are the same in every epoch"


def _chapter_6(
    name: str,
    part: str,
    hidden: tuple[int, ...],
    peak: float,
    *,
    channels: tuple[int, ...] = (20, 40),
    relu: bool = True,
    dropout: float = 0.0,
    epochs: int = 60,
) -> BookRow:
    """Return a row of chapter 6: the test accuracy at the best validation epoch, the best of three runs."""
    expanded = part == "6-expanded"
    batches = 25_000 if expanded else 5_000
    return BookRow(
        name,
        part,
        hidden,
        SOFTMAX,
        0.03 if relu else 0.1,
        epochs,
        start=SCALED,
        l2=0.1 / batches if relu and not dropout else 0.0,
        selected=3,
        peak=peak,
        note=_CHAPTER_6_NOTE,
        channels=channels,
        activation="relu" if relu else "sigmoid",
        dropout=dropout,
        expanded=expanded,
    )


_SIZES = (
    (100, 0.6909),
    (200, 0.7637),
    (500, 0.8529),
    (1000, 0.8885),
    (2000, 0.9127),
    (5000, 0.9324),
    (10_000, 0.9489),
    (20_000, 0.9585),
    (50_000, 0.9597),
)

ROWS = (
    BookRow("30 neurons, quadratic", "1", (30,), QUADRATIC, 3.0, 30, peak=0.9542, last=0.9534),
    BookRow("100 neurons, quadratic", "1", (100,), QUADRATIC, 3.0, 30, peak=0.9659),
    BookRow("100 neurons, rate 0.001", "1", (100,), QUADRATIC, 0.001, 30, last=0.2142),
    BookRow("30 neurons, rate 100", "1", (30,), QUADRATIC, 100.0, 30, last=0.1009),
    BookRow("30 neurons, cross-entropy", "3", (30,), CROSS_ENTROPY, 0.5, 30, peak=0.9549),
    BookRow("100 neurons, cross-entropy", "3", (100,), CROSS_ENTROPY, 0.5, 30, peak=0.9682),
    BookRow(
        "1,000 images, no penalty",
        "3",
        (30,),
        CROSS_ENTROPY,
        0.5,
        400,
        examples=1000,
        peak=0.8227,
        last=0.8223,
    ),
    BookRow(
        "1,000 images, lambda 0.1",
        "3",
        (30,),
        CROSS_ENTROPY,
        0.5,
        400,
        examples=1000,
        l2=1e-4,
        peak=0.8710,
        last=0.8695,
    ),
    BookRow("all images, no penalty", "3", (30,), CROSS_ENTROPY, 0.5, 30, last=0.9533),
    BookRow("all images, lambda 5", "3", (30,), CROSS_ENTROPY, 0.5, 30, l2=1e-4, peak=0.9649, last=0.9561),
    BookRow(
        "100 neurons, lambda 5", "3", (100,), CROSS_ENTROPY, 0.5, 30, l2=1e-4, on="validation", peak=0.9792
    ),
    BookRow(
        "100 neurons, lambda 5, rate 0.1",
        "3",
        (100,),
        CROSS_ENTROPY,
        0.1,
        60,
        l2=1e-4,
        on="validation",
        peak=0.9804,
    ),
    *(
        BookRow(
            f"{neurons} neurons, {word} start",
            "3",
            (neurons,),
            CROSS_ENTROPY,
            0.1,
            30,
            start=start,
            l2=1e-4,
            on="validation",
            last=published,
        )
        for neurons, word, start, published in (
            (30, "large", LARGE, 0.9637),
            (30, "scaled", SCALED, 0.9650),
            (100, "large", LARGE, 0.9742),
            (100, "scaled", SCALED, 0.9781),
        )
    ),
    *(
        BookRow(
            f"{size:,} images",
            "3",
            (30,),
            CROSS_ENTROPY,
            0.5,
            1_500_000 // size,
            l2=1e-4,
            on="validation",
            examples=size,
            last=published,
        )
        for size, published in _SIZES
    ),
    *(
        BookRow(
            f"{depth} hidden layer{'s' if depth > 1 else ''} of 30",
            "5",
            (30,) * depth,
            CROSS_ENTROPY,
            0.1,
            30,
            start=SCALED,
            l2=1e-4,
            on="validation",
            last=published,
        )
        for depth, published in ((1, 0.9648), (2, 0.9690), (3, 0.9657), (4, 0.9653))
    ),
    _chapter_6("100 neurons, softmax", "6", (100,), 0.9780, channels=(), relu=False),
    _chapter_6("one convolution, 100 neurons", "6-convolutional", (100,), 0.9878, channels=(20,), relu=False),
    _chapter_6("two convolutions, 100 neurons", "6-convolutional", (100,), 0.9906, relu=False),
    _chapter_6("two convolutions, 100 ReLU", "6-convolutional", (100,), 0.9923),
    *(
        _chapter_6(f"two convolutions, {told} ReLU", "6-expanded", hidden, published)
        for told, hidden, published in (
            ("100", (100,), 0.9937),
            ("300", (300,), 0.9946),
            ("1,000", (1000,), 0.9943),
            ("100 and 100", (100, 100), 0.9943),
            ("300 and 300", (300, 300), 0.9948),
            ("1,000 and 1,000", (1000, 1000), 0.9947),
        )
    ),
    _chapter_6(
        "two convolutions, 1,000 and 1,000 ReLU, dropout",
        "6-expanded",
        (1000, 1000),
        0.9960,
        dropout=0.5,
        epochs=40,
    ),
)
"""Every row that is reproduced. Chapter 6's convolutional networks are parts of their own: they take long."""
