"""A small run with what the lab shows, its page as one file, and a server."""

from __future__ import annotations

import shutil
import threading
from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np
import pytest

from tests.browsing import until, visiting


@pytest.fixture(scope="session")
def lab_run(tmp_path_factory, digits):
    """Eight of the lesson's networks on the embedded digits, measured, with the paths of four. Read only."""
    from thalweg import recording
    from thalweg.training import Recipe

    out = tmp_path_factory.mktemp("lab") / "run"
    recipe = Recipe.load("classic").for_epochs(12)
    run = recording.train_run(recipe, digits, members=8, seed=1, out=out, keep_path=4)
    recording.evaluate_run(run, only=("accuracy", "noise", "shift", "arbitrariness"), dataset=digits)
    return run


@pytest.fixture(scope="session")
def lab_file(lab_run, tmp_path_factory):
    """The address of the lab of `lab_run` as one file."""
    from thalweg import lab

    return lab.export(lab_run, tmp_path_factory.mktemp("page") / "lab.html").as_uri()


@pytest.fixture(scope="session")
def inside_run(lab_run, tmp_path_factory):
    """A copy of `lab_run` that was looked into: weights and dreams. Read only."""
    from thalweg import recording, runs

    out = tmp_path_factory.mktemp("inside") / "run"
    shutil.copytree(lab_run.path, out)
    run = runs.open(out)
    recording.evaluate_run(run, only=("features", "dreams"))
    return run


@pytest.fixture(scope="session")
def inside_file(inside_run, tmp_path_factory):
    """The address of the lab of `inside_run` as one file."""
    from thalweg import lab

    return lab.export(inside_run, tmp_path_factory.mktemp("inside-page") / "lab.html").as_uri()


@pytest.fixture(scope="session")
def rows_file(tmp_path_factory):
    """A CSV of two kinds of trees, told apart by two features; the first three labels are wrong."""
    generator = np.random.default_rng(0)
    truth = np.arange(120) % 2
    given = np.where(np.arange(120) < 3, 1 - truth, truth)
    points = generator.standard_normal((120, 2)) + 4 * truth[:, None]
    rows = [f"{a:.3f},{b:.3f},{('ash', 'elm')[kind]}" for (a, b), kind in zip(points, given, strict=True)]
    path = tmp_path_factory.mktemp("rows") / "trees.csv"
    path.write_text("\n".join(["width,height,kind", *rows]) + "\n")
    return path


@pytest.fixture(scope="session")
def rows_run(rows_file, small_recipe, tmp_path_factory):
    """Three networks that read rows of features, with their paths. Read only."""
    from thalweg import data, recording
    from thalweg.data.reading import Reading

    rows = data.load(rows_file, reading=Reading(label_column="kind"))
    out = tmp_path_factory.mktemp("rows-run") / "run"
    return recording.train_run(small_recipe, rows, members=3, seed=0, out=out, keep_path=2)


@pytest.fixture(scope="session")
def colour_run(tmp_path_factory):
    """Two convolutional networks that read colour pictures of 8 x 6 pixels, with the paths of both."""
    from thalweg import data, recording
    from thalweg.networks import ConvNet
    from thalweg.training import Recipe

    generator = np.random.default_rng(0)
    labels = np.arange(80) % 2
    pictures = generator.integers(0, 120, (80, 8, 6, 3))
    pictures[labels == 1, :4] += 100
    pictures = pictures.astype(np.uint8)
    folder = tmp_path_factory.mktemp("colour")
    parts = {"x_train": pictures[:60], "y_train": labels[:60], "x_test": pictures[60:], "y_test": labels[60:]}
    np.savez(folder / "pictures.npz", **parts)
    dataset = data.load(folder / "pictures.npz")
    recipe = Recipe(network=ConvNet((3,), kernel=3, pool=2, dense=(4,)), epochs=3, batch_size=10)
    run = recording.train_run(recipe, dataset, members=2, seed=0, out=folder / "run", keep_path=2)
    recording.evaluate_run(run, only=("features",), dataset=dataset)
    return run, dataset


@pytest.fixture
def visit(chromium):
    """Open a page offline; see `tests.browsing`."""
    with visiting(chromium) as open_page:
        yield open_page


@pytest.fixture
def panel(visit, lab_file):
    """Open a panel of the exported lab, and wait for it: panel("noise", state="noise.kind=blank")."""

    def open_panel(name, *, state="", address=None, **options):
        page = visit(f"{address or lab_file}#panel={name}{'&' if state else ''}{state}", **options)
        until(page, f"document.querySelector('[data-panel={name}]')?.dataset.ready === 'yes'")
        return page

    return open_panel


@contextmanager
def serving(run, languages=()):
    """Serve the lab of a run: `.address`, `.site`."""
    from thalweg.lab.opened import opened
    from thalweg.lab.server.app import application
    from thalweg.lab.server.serving import Server, listen
    from thalweg.lab.site import Site

    site = Site(opened(run), (), tuple(languages))
    listening = listen("127.0.0.1", None)
    server = Server(application(site, sources=[str(run.path)]))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield SimpleNamespace(address=f"http://127.0.0.1:{listening.getsockname()[1]}/", site=site)
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def lab_server(lab_run):
    """A server of the lab of `lab_run`: `.address`, `.site`."""
    with serving(lab_run) as served:
        yield served
