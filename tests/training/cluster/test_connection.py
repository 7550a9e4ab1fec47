"""What is wrong with a cluster is told at once, by name."""

import importlib.util
import socket
import time

import pytest
from click.testing import CliRunner

from thalweg.cli.main import cli
from thalweg.errors import TrainingError
from thalweg.training.cluster import connection


def test_no_ray_where_it_is_asked_for(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ray" else find(name))
    found = CliRunner().invoke(cli, ["train", "--data", "digits", "--ray", "local"])
    assert found.exit_code == 1
    assert "not installed" in found.stderr
    assert "thalweg[ray]" in found.stderr


@pytest.mark.parametrize("address", ["somewhere", "host:", ":6379", "host:0", "host:66000", "ray://host", ""])
def test_what_is_no_address(address):
    with pytest.raises(TrainingError, match="is no address of a Ray cluster"):
        connection.refuse_unreachable(address)


@pytest.mark.parametrize("start", ["", "ray://"])
def test_nobody_at_an_address(start):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.monotonic()
    with pytest.raises(TrainingError, match="nobody answers"):
        connection.refuse_unreachable(f"{start}127.0.0.1:{port}")
    assert time.monotonic() - began < 2 * connection.REACHED_WITHIN


@pytest.mark.parametrize("name", ["python", "thalweg", "jaxlib"])
@pytest.mark.parametrize("theirs", ["0.0.1", None])
def test_workers_of_another_version(name, theirs):
    ours = connection.own_versions()
    connection.refuse_other_versions("node", ours, ours)
    with pytest.raises(
        TrainingError, match=rf"node are of another version: {name} {theirs or 'none'} \(here"
    ):
        connection.refuse_other_versions("node", ours, {**ours, name: theirs})
