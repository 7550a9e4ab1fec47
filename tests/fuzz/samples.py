"""Small valid files of every kind that Thalweg reads, each in a folder of its own."""

from __future__ import annotations

import gzip
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

EXAMPLES, TESTS, SIDE = 60, 40, 8
CLASSES = 2


def arrays() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Return training and test pictures [examples, 8, 8] with their labels: the class is where it is lit."""
    random = np.random.default_rng(0)
    parts = []
    for count in (EXAMPLES, TESTS):
        labels = np.arange(count) % CLASSES
        pictures = random.integers(0, 120, (count, SIDE, SIDE))
        pictures[labels == 1, :4] += 120
        parts.append((pictures.astype(np.uint8), labels.astype(np.int64)))
    return parts[0], parts[1]


def dataset() -> Any:
    """Return those pictures as a data set in memory."""
    import thalweg as tw

    train, test = arrays()
    return tw.data.from_arrays(*train, test=test)


def idx(folder: Path) -> None:
    """Write MNIST's four files, two of them compressed."""
    for part, (pictures, labels) in zip(("train", "t10k"), arrays(), strict=True):
        for name, array in (("images-idx3", pictures), ("labels-idx1", labels.astype(np.uint8))):
            head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">i4").tobytes()
            content = head + array.tobytes()
            if part == "train":
                (folder / f"{part}-{name}-ubyte").write_bytes(content)
            else:
                (folder / f"{part}-{name}-ubyte.gz").write_bytes(gzip.compress(content, mtime=0))


def rows() -> dict[str, list[Any]]:
    """Return the columns of a table with numbers, words, dates, empty cells and a class."""
    count = 48
    return {
        "length": [round(1.0 + number / 7, 3) for number in range(count)],
        "count": [number * 37 % 11 for number in range(count)],
        "colour": [("red", "green", "blue")[number % 3] for number in range(count)],
        "seen": [f"2024-03-{1 + number % 28:02d}" for number in range(count)],
        "gap": [None if number % 9 == 0 else number / 3 for number in range(count)],
        "sure": [number % 5 == 0 for number in range(count)],
        "label": [("rose", "tulip")[number % 2] for number in range(count)],
    }


def csv(folder: Path) -> None:
    """Write a table as text in three dialects."""
    columns = rows()
    for name, separator in (("comma.csv", ","), ("tabs.tsv", "\t"), ("packed.csv.gz", ";")):
        lines = [separator.join(columns)]
        for row in zip(*columns.values(), strict=True):
            lines.append(separator.join("" if cell is None else str(cell) for cell in row))
        text = ("\n".join(lines) + "\n").encode()
        (folder / name).write_bytes(gzip.compress(text, mtime=0) if name.endswith(".gz") else text)


def parquet(folder: Path) -> None:
    """Write tables as polars and pyarrow do, in every compression and encoding that is common."""
    import polars as pl
    import pyarrow as pa
    from pyarrow import parquet as pq

    frame = pl.DataFrame(rows())
    frame.write_parquet(folder / "polars.parquet")
    frame.write_parquet(folder / "polars-plain.parquet", compression="uncompressed", row_group_size=16)
    table = frame.to_arrow()
    for compression in ("snappy", "gzip", "zstd", "lz4", "none"):
        pq.write_table(table, folder / f"arrow-{compression}.parquet", compression=compression)
    pq.write_table(
        table,
        folder / "deltas.parquet",
        compression="none",
        use_dictionary=False,
        version="2.6",
        data_page_version="2.0",
        column_encoding={
            "length": "BYTE_STREAM_SPLIT",
            "count": "DELTA_BINARY_PACKED",
            "colour": "DELTA_BYTE_ARRAY",
            "seen": "DELTA_LENGTH_BYTE_ARRAY",
            "sure": "RLE",
        },
    )
    pictures, labels = arrays()[0]
    png = [_picture(each, "PNG") for each in pictures[:24]]
    held = pa.table({"image": [{"bytes": each, "path": None} for each in png], "label": labels[:24]})
    pq.write_table(held, folder / "pictures.parquet", compression="none")


def _picture(array: np.ndarray, kind: str) -> bytes:
    from PIL import Image

    written = io.BytesIO()
    Image.fromarray(array).save(written, kind)
    return written.getvalue()


def npz(folder: Path) -> None:
    """Write an archive of arrays, compressed and not."""
    (pictures, labels), (others, their_labels) = arrays()
    whole = {"images": pictures, "labels": labels, "test_images": others, "test_labels": their_labels}
    np.savez(folder / "plain.npz", **whole)
    np.savez_compressed(folder / "packed.npz", **whole)
    words = np.array(["cat", "dog"])[labels]
    np.savez(folder / "words.npz", features=pictures.reshape(EXAMPLES, -1) / 255, labels=words)


def pictures(folder: Path) -> None:
    """Write a folder with one folder of pictures a class."""
    found, labels = arrays()[0]
    for number, (picture, label) in enumerate(zip(found[:20], labels[:20], strict=True)):
        kind = ("PNG", "JPEG", "GIF", "BMP", "TIFF")[number // 4]
        ending = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "BMP": "bmp", "TIFF": "tif"}[kind]
        place = folder / ("cats", "dogs")[label] / f"{number}.{ending}"
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(_picture(picture, kind))


RECIPE = """
name = "mine"
cost = "cross-entropy"
batch_size = 20
epochs = 2
l2 = [0.0, 0.001]
hold_out = 0.1

[network]
kind = "mlp"
hidden = [3]

[optimiser]
kind = "sgd"
learning_rate = [0.1, 0.2]

[schedule]
kind = "constant"

[augmentation]
shift = 1.0
"""


def recipe(folder: Path) -> None:
    """Write a recipe by hand, and every named one whole."""
    import thalweg as tw
    from thalweg.training import recipe as recipes

    (folder / "mine.toml").write_text(RECIPE, "utf-8")
    tw.Recipe.load(folder / "mine.toml")
    for name in recipes.names():
        tw.Recipe.load(name).save(folder / f"{name}.toml")


def lesson(folder: Path) -> None:
    """Write a lesson of the lab, one that comes with it."""
    from thalweg.lab import lesson as lessons

    own = sorted((Path(lessons.__file__).parent / "lessons").glob("*.toml"))
    for path in own[:3]:
        shutil.copy(path, folder / path.name)


def language(folder: Path) -> None:
    """Write the words of the lab in another language, in one file."""
    from thalweg.lab import language as languages

    place = Path(languages.__file__).parent / "languages"
    for path in sorted(place.glob("*.toml"))[:2]:
        shutil.copy(path, folder / path.name)
        if (place / path.stem).is_dir():
            shutil.copytree(place / path.stem, folder / path.stem)


def probabilities(folder: Path) -> None:
    """Write answers in every form that they are read in."""
    import polars as pl

    labels = arrays()[1][1]
    random = np.random.default_rng(1)
    given = random.dirichlet((1.0, 1.0), (3, TESTS))
    np.savez(folder / "members.npz", probabilities=given, labels=labels, class_names=np.array(["a", "b"]))
    np.savez_compressed(
        folder / "both.npz",
        probabilities=given[0],
        labels=labels,
        validation_probabilities=given[1],
        validation_labels=labels,
    )
    frame = pl.DataFrame({"0": given[0, :, 0], "1": given[0, :, 1], "label": labels})
    frame.write_csv(folder / "table.csv")
    frame.write_parquet(folder / "table.parquet")
    frame.write_parquet(folder / "plain.parquet", compression="uncompressed")


def bare_probabilities(folder: Path) -> None:
    """Write answers as an .npy, which has no labels, with the labels in files of their own."""
    labels = arrays()[1][1]
    np.save(folder / "given.npy", np.random.default_rng(1).dirichlet((1.0, 1.0), TESTS))
    np.save(folder / "labels.npy", labels)
    (folder / "labels.txt").write_text("\n".join(map(str, labels)), "utf-8")


def _recipe() -> Any:
    import thalweg as tw

    return tw.Recipe(network=tw.networks.Mlp((3,)), epochs=2, batch_size=20)


USUAL = ("accuracy", "calibration", "diversity", "arbitrariness", "abstention", "noise", "outliers", "shift")
"""Evaluations that are made in seconds; those that look inside are made up."""


def run(folder: Path) -> None:
    """Train a small population and evaluate it; evaluations that take minutes are made up."""
    from tests.figures import made_up
    from thalweg import recording, runs

    recording.train_run(_recipe(), _kept_data(folder), members=3, out=folder / "run", keep_path=2)
    opened = runs.open(folder / "run")
    recording.evaluate_run(opened, only=USUAL)
    for maker in (made_up.adversarial, made_up.landscape, made_up.descent):
        opened.write_evaluation(maker.__name__, *maker())
    claims = [{"id": 1, "statement": "so it is", "verdict": "holds", "measured": 0.5, "interval": [0.4, 0.6]}]
    (folder / "run" / "claims.json").write_text(json.dumps({"claims": claims}), "utf-8")


def _kept_data(folder: Path) -> Any:
    """Write the pictures as an archive, and return what is read from it."""
    import thalweg as tw

    (found, labels), (others, their_labels) = arrays()
    path = folder / "data.npz"
    np.savez(path, images=found, labels=labels, test_images=others, test_labels=their_labels)
    return tw.load(path)


def checkpoint(folder: Path) -> None:
    """Train, and stop when the last epoch is kept and nothing else is."""
    from thalweg import recording

    data, written = _kept_data(folder), recording._write_trained

    def stopped(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    recording._write_trained = stopped  # type: ignore[assignment]
    try:
        recording.train_run(_recipe(), data, members=3, out=folder / "run", keep_path=2)
    except KeyboardInterrupt:
        pass
    finally:
        recording._write_trained = written


def study(folder: Path) -> None:
    """Keep a study of every kind, with made-up numbers."""
    from tests.figures.studies import kept, made_up

    for name, make in made_up.MAKERS.items():
        kept.write_study(name, make(), folder / name)


def audit(folder: Path) -> None:
    """Keep an audit with made-up numbers, of which labels were drawn and checked."""
    from tests.figures.studies import kept, made_up
    from thalweg.runs import checks
    from thalweg.studies.label_audit.checks import to_check

    opened = kept.write_audit(made_up.audit(), folder / "audit")
    drawn = to_check.labels_to_check(opened.table(), opened.result["classes"], 6, seed=1)
    checks.write_draw(opened, dict(drawn.content), np.zeros((6, SIDE, SIDE), np.uint8))
    lines = [line[:] for line in checks.file_of(drawn.content, folder / "audit")]
    column = lines[0].index(checks.ANSWER)
    for line in lines[1:]:
        line[column] = "right"
    (folder / "check.csv").write_text("\n".join(",".join(line) for line in lines) + "\n", "utf-8")


PARTS = {
    "optimisers": {"optimisers": ("sgd",), "members": 2, "rates": 2, "epochs": 1},
    "luck": {"members": 8, "widths": (2, 3), "epochs": (1,), "rates": (0.1, 0.2)},
    "grokking": {
        "members": 2,
        "examples": 20,
        "steps": 100,
        "batch_size": 4,
        "scales": (1.0, 2.0),
        "weight_decays": (0.0,),
    },
    "random-labels": {
        "members": 2,
        "examples": 40,
        "epochs": 2,
        "kinds": ("true",),
        "width": 4,
        "widths": (2,),
    },
    "lottery": {"members": 4, "rounds": (1,), "hidden": (4,), "epochs": 2, "examples": 40},
}
"""Studies whose parts are read again, with settings of seconds."""


def parts(folder: Path) -> None:
    """Make small studies that keep their parts, and an audit that was stopped when all of its were kept."""
    import thalweg as tw
    from thalweg.studies.label_audit import kept

    for name, settings in PARTS.items():
        tw.studies.make_study(name, dataset(), tw.studies.find(name).settings(**settings), out=folder / name)
    written = kept.write_audit

    def stopped(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    kept.write_audit = stopped  # type: ignore[assignment]
    try:
        kept.make_audit(
            dataset(), recipe=_recipe(), members=16, share=0.5, judges=("networks",), out=folder / "audit"
        )
    except KeyboardInterrupt:
        pass
    finally:
        kept.write_audit = written


def corrected(folder: Path) -> None:
    """Write data of every form that a corrected copy is made of."""
    npz(folder)
    csv(folder)
    parquet(folder)


def hub(folder: Path) -> None:
    """Write a population in the Hub's layout."""
    import thalweg as tw
    from thalweg import hub as layout

    population = tw.train(_recipe(), dataset().train, members=3)
    layout.save_pretrained(population, folder / "mine", dataset=dataset())


def published(folder: Path) -> None:
    """Publish a population as a data set."""
    import thalweg as tw
    from thalweg import recording

    made = recording.train_run(_recipe(), dataset(), members=5, out=folder / "of")
    tw.publishing.publish(made, folder / "mine", dataset=dataset())
    shutil.rmtree(folder / "of")


def onnx(folder: Path) -> None:
    """Export a network as ONNX."""
    import thalweg as tw
    from thalweg.networks.onnx_export import to_onnx

    population = tw.train(_recipe(), dataset().train, members=2)
    to_onnx(population[0], folder / "mine.onnx")
    _forest_like(folder / "labelled.onnx")


def _forest_like(path: Path) -> None:
    """Write a classifier as scikit-learn's converter does, with the names of its classes in the graph."""
    import onnx
    from onnx import helper

    inputs = SIDE * SIDE
    linear = helper.make_node(
        "LinearClassifier",
        ["flat"],
        ["label", "scores"],
        domain="ai.onnx.ml",
        classlabels_strings=["cat", "dog"],
        coefficients=[0.01] * (2 * inputs),
        intercepts=[0.0, 0.1],
        post_transform="SOFTMAX",
        multi_class=1,
    )
    flat = helper.make_node("Reshape", ["inputs", "shape"], ["flat"])
    shape = onnx.numpy_helper.from_array(np.array([-1, inputs], np.int64), "shape")
    names = onnx.numpy_helper.from_array(np.array([3, 5], np.int64), "classes")
    number = onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        [flat, linear],
        "labelled",
        [helper.make_tensor_value_info("inputs", number, ["batch", SIDE, SIDE])],
        [helper.make_tensor_value_info("scores", number, ["batch", 2])],
        [shape, names],
    )
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("ai.onnx.ml", 3)]
    onnx.save(helper.make_model(graph, ir_version=10, opset_imports=opsets), str(path))


WRITERS: dict[str, Callable[[Path], None]] = {
    writer.__name__.replace("_", "-"): writer
    for writer in (
        *(idx, csv, parquet, npz, pictures, recipe, lesson, language, probabilities, bare_probabilities),
        *(run, checkpoint, study, audit, parts, corrected, hub, published, onnx),
    )
}
"""Who writes the samples of each kind into an empty folder."""


def write(folder: Path, kinds: tuple[str, ...]) -> None:
    """Write the samples of these kinds, each into a folder of its own in `folder`."""
    for kind in kinds:
        place = folder / kind
        place.mkdir(parents=True)
        WRITERS[kind](place)
