"""Repositories of the Hub, by its own client against a server of this machine."""

import jax
import numpy as np
import pytest

from tests.hub.server import Hub
from thalweg import recording
from thalweg.errors import HubError
from thalweg.hub import from_pretrained, push_to_hub

pytest.importorskip("huggingface_hub")


@pytest.fixture
def hub(tmp_path, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    server = Hub()
    yield server
    server.shutdown()
    server.server_close()


def test_what_is_pushed_is_had_again_by_its_name(hub, digits_run):
    address = push_to_hub(digits_run, "me/digits", token="hf_mine", endpoint=hub.address)
    assert address == f"{hub.address}/me/digits"
    assert sorted(hub.repositories["me/digits"]) == ["README.md", "config.json", "model.safetensors"]
    assert hub.private["me/digits"]
    again = from_pretrained("me/digits", endpoint=hub.address, token="hf_mine")
    expected = recording.population_of(digits_run)
    for found, wanted in zip(
        jax.tree.leaves(again.networks), jax.tree.leaves(expected.networks), strict=True
    ):
        np.testing.assert_array_equal(found, wanted)
    assert not any("README" in asked for asked in hub.asked if asked.startswith("GET /me"))


def test_what_is_refused_is_said(hub, digits_run):
    with pytest.raises(HubError, match="the repository 'me/digits'") as caught:
        push_to_hub(digits_run, "me/digits", token="wrong", endpoint=hub.address)
    assert "hf auth login" in caught.value.hint
    with pytest.raises(HubError, match="the repository 'me/nobody'"):
        from_pretrained("me/nobody", endpoint=hub.address)


def test_no_network_is_said(hub, digits_run, monkeypatch):
    hub.shutdown()
    hub.server_close()
    with pytest.raises(HubError, match="the repository 'me/digits'"):
        from_pretrained("me/digits", endpoint=hub.address)


def test_what_cannot_be_written_is_not_sent(hub):
    with pytest.raises(HubError, match="is no run and no population"):
        push_to_hub(lambda inputs: inputs, "me/digits", endpoint=hub.address)  # type: ignore[arg-type]
    assert not hub.asked
