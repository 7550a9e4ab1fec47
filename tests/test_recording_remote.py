"""Runs, studies, audits and data at URLs are those of a folder of this machine."""

import os
import signal
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from thalweg import comparing, data, publishing, recording, report, runs, studies
from thalweg.cli.main import cli
from thalweg.errors import DataError, RunError
from thalweg.networks import Mlp
from thalweg.places import given_path
from thalweg.studies.label_audit import kept as audits
from thalweg.training import Recipe

pytest.importorskip("fsspec", reason="needs fsspec (pip install 'thalweg[remote]')")

RECIPE = Recipe(network=Mlp((3,)), epochs=3, batch_size=20)


@pytest.fixture
def data_url(store, quarters_file):
    """The file of `quarters_dataset` in the store."""
    place = given_path(f"{store}/{quarters_file.name}", "data", RunError, remote=True)
    place.put(quarters_file)
    return str(place)


def contents(folder):
    """Return what a folder holds, by name; of JSON, nothing of times, places and machines."""
    found = {}
    for each in folder.iterdir():
        if each.is_dir():
            found |= {f"{each.name}/{name}": value for name, value in contents(each).items()}
        else:
            found[each.name] = None if each.suffix in (".json", ".html") else each.read_bytes()
    return found


def test_train_stop_resume_evaluate_report(store, data_url, tmp_path):
    dataset = data.load(data_url)
    assert dataset.source == data_url

    def stop(progress):
        if progress.epoch == 2:
            raise KeyboardInterrupt

    url = f"{store}/run"
    with pytest.raises(recording.Interrupted) as stopped:
        recording.train_run(RECIPE, dataset, members=2, out=url, keep_path=1, progress=stop)
    assert stopped.value.command == f"thalweg train --resume {url}"
    with pytest.raises(RunError, match="a run is there already"):
        recording.train_run(RECIPE, dataset, members=2, out=url)
    run = recording.resume_run(url)
    here = recording.train_run(RECIPE, dataset, members=2, out=tmp_path / "run", keep_path=1)
    for each in (run, here):
        recording.evaluate_run(each, only="accuracy")
        report.write(each)
    assert contents(run.path) == contents(here.path)
    again = runs.open(f"{url}/")
    assert again.finished
    assert str(again.path) == url
    assert again.record["data"]["source"] == data_url
    assert again.evaluations() == ["accuracy"]
    assert recording.path_of(again) is not None
    with pytest.raises(RunError, match=f"{url}: no evaluation 'noise'"):
        again.evaluation("noise")
    with pytest.raises(RunError, match=f"{url} is named twice"):
        comparing.compare_runs(again, runs.open(url))
    published = publishing.publish(again, tmp_path / "published")
    assert (published.path / "history.parquet").read_bytes() == (again.path / "history.parquet").read_bytes()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("store", ["s3"], indirect=True)
@pytest.mark.parametrize("after", [0.0, 0.2, 0.7], ids=["at once", "a little later", "later"])
def test_a_process_that_is_killed_loses_nothing(store, data_url, tmp_path, after):
    """`after`: seconds between the first state that is kept and the end of its process."""
    recipe, url = tmp_path / "recipe.toml", f"{store}/run"
    recipe.write_text('epochs = 150\nbatch_size = 20\n\n[network]\nkind = "mlp"\nhidden = [3]\n')
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    words = ["train", "--data", data_url, "--recipe", str(recipe), "--members", "2", "--quiet"]

    def begin(*words):
        with (tmp_path / "said").open("ab") as said:
            return subprocess.Popen([sys.executable, "-m", "thalweg", *words], env=environment, stderr=said)

    def whole(process):
        assert process.wait() == 0, (tmp_path / "said").read_text()

    process = begin(*words, "--out", url)
    kept = given_path(f"{url}/checkpoint/state.safetensors", "a run", RunError, remote=True)
    while not kept.exists():
        assert process.poll() is None, (tmp_path / "said").read_text()
        time.sleep(0.02)
    time.sleep(after)
    process.kill()  # nobody has fetched its exit when the next one begins: it is still listed
    assert not runs.open(url).finished
    whole(begin("train", "--resume", url, "--quiet"))
    assert process.wait() == -signal.SIGKILL
    whole(begin(*words, "--out", str(tmp_path / "run")))
    for each in (url, str(tmp_path / "run")):
        recording.evaluate_run(runs.open(each), only="accuracy")
        report.write(each)
    assert contents(runs.open(url).path) == contents(tmp_path / "run")


def test_what_was_refused_leaves_nothing(store, quarters_dataset, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError

    monkeypatch.setattr(recording, "train", fail)
    with pytest.raises(RuntimeError):
        recording.train_run(RECIPE, quarters_dataset, members=2, out=f"{store}/none")
    with pytest.raises(RunError, match=f"{store}/none: no such run"):
        runs.open(f"{store}/none")


def test_a_study_and_an_audit(store, data_url, tmp_path):
    dataset = data.load(data_url)
    settings = studies.find("optimisers").settings(optimisers=("sgd",), members=2, rates=2, epochs=1)
    made = [
        studies.make_study("optimisers", dataset, settings, out=out)[0]
        for out in (f"{store}/study", tmp_path / "study")
    ]
    assert contents(made[0].path) == contents(made[1].path)
    assert runs.open_study(f"{store}/study").finished
    assert str(report.write(f"{store}/study")) == f"{store}/study/report.html"
    audited = [
        audits.make_audit(dataset, recipe=RECIPE, members=16, share=0.5, judges=("networks",), out=out)[0]
        for out in (f"{store}/audit", tmp_path / "audit")
    ]
    assert contents(audited[0].path) == contents(audited[1].path)
    assert runs.open_audit(f"{store}/audit").table().height == len(dataset.train) + len(dataset.test)
    assert str(report.write(f"{store}/audit")) == f"{store}/audit/report.html"
    with pytest.raises(RunError, match="this audit is finished"):
        audits.resume_audit(f"{store}/audit")


def test_data_that_are_gone_are_not_taken_from_a_copy(data_url):
    dataset = data.load(data_url)
    assert data.load(data_url).content_hash == dataset.content_hash
    place = given_path(data_url, "data", RunError, remote=True)
    place.unlink()
    with pytest.raises(DataError, match="There is nothing"):
        data.load(data_url)


def test_on_the_command_line(store, data_url):
    words = ["--data", data_url, "--members", "2", "--epochs", "1", "--json", "--quiet"]
    made = CliRunner().invoke(cli, ["train", *words, "--out", f"{store}/cli"], catch_exceptions=False)
    assert made.exit_code == 0, made.stderr
    assert f'"run": "{store}/cli"' in made.stdout
    for words, said in (
        (["evaluate", f"{store}/cli", "--only", "accuracy"], f"kept in {store}/cli/evaluation"),
        (["report", f"{store}/cli"], f"{store}/cli/report.html"),
    ):
        found = CliRunner().invoke(cli, words, catch_exceptions=False)
        assert found.exit_code == 0, found.stderr
        assert said in found.stdout
    lab = CliRunner().invoke(cli, ["lab", f"{store}/cli"])
    assert lab.exit_code == 1
    assert "the lab shows what is on this machine" in lab.stderr
