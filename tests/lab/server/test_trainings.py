"""Trainings on a server with the process that does the work: begun, steered, watched, ended."""

import base64
import json
import os
import signal
import socket
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest

from tests.lab.server.asking import Trainee, apart, is_alive, until
from thalweg.lab.server.settings import TrainingSettings, recipe_of
from thalweg.lab.server.trainings import (
    MOST_KEPT,
    MOST_WAITING,
    QueueFull,
    Training,
    Trainings,
    Watcher,
)
from thalweg.training import train

SMALL = {"hidden": [4], "members": 3, "batch": 10, "rate": 0.5}
STEPS_PER_EPOCH = 10
"""Of 97 pictures in batches of ten."""


@pytest.fixture
def begin(server):
    """Begin a training that is over when the test is: begin(**settings)."""
    begun = []

    def start(**settings):
        begun.append(Trainee(server.address, **{**SMALL, **settings}))
        return begun[-1]

    yield start
    for each in reversed(begun):
        each.stop()
    assert server.trainings.waiting == []


def test_it_stands_at_its_start_until_it_is_told_to_go(begin):
    at_start = begin().standing()
    assert at_start.playing is False
    assert at_start.first["step"] == 0
    assert at_start.first["members"] == 3
    assert at_start.first["measured"] == 40
    assert at_start.first["test"]["diverged"] == 0
    low, middle, high = at_start.first["test"]["cost"]
    assert 0 < low <= middle <= high


def test_one_step_is_one_step_and_one_epoch_goes_to_its_end(begin):
    training = begin()
    assert [training.after("step").first["step"] for _ in range(3)] == [1, 2, 3]
    assert training.after("epoch").first["step"] == STEPS_PER_EPOCH
    after_two = training.after("epoch")
    assert after_two.first["step"] == 2 * STEPS_PER_EPOCH
    assert after_two.first["epoch"] == 2.0
    assert after_two.playing is False


def test_what_is_told_is_what_the_training_of_these_settings_does(begin, quarters_dataset):
    training = begin(seed=7)
    training.after("epoch")
    found = training.after("epoch")
    recipe = recipe_of(TrainingSettings(hidden=(4,), members=3, rate=0.5, seed=7)).for_epochs(2)
    population = train(recipe, quarters_dataset.train, members=3, seed=7)
    answers = population.probabilities(quarters_dataset.test).argmax(axis=-1)
    right = (answers == quarters_dataset.test.labels).mean(axis=1)
    assert found.first["test"]["accuracy"] == pytest.approx(np.quantile(right, (0.05, 0.5, 0.95)), abs=2e-6)
    shown = np.frombuffer(base64.b64decode(found.weights[0]["values"]), "<f2")
    np.testing.assert_allclose(shown, np.ravel(population[0].network.layers[0].weight), atol=2e-3)


def test_it_plays_until_it_is_paused(begin):
    training = begin()
    training.after("play", lambda word: word["playing"] and word["populations"][0]["step"] > 200)
    still = training.after("pause")
    heard = len(training.heard)
    again = training.after("step")
    assert again.first["step"] == still.first["step"] + 1
    assert all(
        word["playing"] is False or word["populations"][0]["step"] > still.first["step"]
        for word in training.heard[heard:]
    )


def test_it_goes_back_to_the_very_same_start(begin):
    training = begin()
    at_start = training.standing()
    training.after("epoch")
    again = training.after("rewind", lambda word: word["populations"][0]["step"] == 0)
    assert again.first == at_start.first
    assert again.weights == at_start.weights
    first = training.after("step")
    training.after("rewind", lambda word: word["populations"][0]["step"] == 0)
    second = training.after("step")
    assert second.first == first.first


def test_the_rate_changes_from_the_next_step_on(begin):
    training = begin()
    assert training.standing().first["rate"] == pytest.approx(0.5)
    training.tell("rate", rate=0.125)
    assert training.after("step").first["rate"] == 0.125
    slow = training.after("rewind", lambda word: word["populations"][0]["step"] == 0)
    assert slow.first["rate"] == 0.125


def test_a_rate_so_large_that_all_diverge_is_told_without_numbers_that_are_none(begin):
    training = begin(
        rate=1000.0, hidden=[32, 32, 32, 32], activation="relu", cost="cross-entropy", optimiser="momentum"
    )
    for _ in range(30):
        found = training.after("epoch")
        if found.first["test"]["diverged"] == 3:
            break
    assert found.first["test"] == {"cost": None, "accuracy": None, "diverged": 3}


def test_others_learn_from_other_data_beside_it(begin):
    training = begin(beside="random labels")
    training.after("epoch")
    found = training.after("epoch")
    true, random = found.populations
    assert (true["data"], random["data"]) == ("true", "random labels")
    assert true["step"] == random["step"] == 2 * STEPS_PER_EPOCH
    assert true["train"] != random["train"]
    assert [each["data"] for each in found.weights] == ["true", "random labels"]


def test_another_member_is_looked_at(begin):
    training = begin()
    first = training.standing().weights[0]
    other = training.after("look", lambda word: word["weights"][0]["member"] == 2, member=2).weights[0]
    assert other["values"] != first["values"]
    # as many as there are: the last one
    assert training.after("look", lambda word: "weights" in word, member=200).weights[0]["member"] == 2


@pytest.mark.parametrize(
    "settings",
    [
        {"hidden": []},
        {"examples": 1, "batch": 4096},
        {"hidden": [3, 3, 3, 3], "activation": "gelu", "optimiser": "adam", "cost": "cross-entropy"},
        {"data": "noise", "optimiser": "momentum", "activation": "tanh"},
        {"data": "shuffled pixels", "beside": "noise", "seed": 2**32 - 1},
        {"rate": 5e-324, "members": 1},
    ],
)
def test_whatever_may_be_asked_can_be_trained(begin, settings):
    training = begin(**settings)
    found = training.after("step")
    assert found.first["step"] == 1, training.heard
    assert found.first["test"]["diverged"] == 0


def test_a_second_training_waits_for_the_first(begin, server):
    first, second = begin(), begin(seed=1)
    assert (first.place, second.place) == (0, 1)
    assert second.heard[0]["place"] == 1
    answer = httpx.get(f"{server.address}/api/trainings").json()
    assert answer == {"trainings": [first.id, second.id]}
    assert second.tell("step") == {"place": 1}  # nothing happens yet, and it is not forgotten
    first.after("step")
    assert not any(word["kind"] == "standing" for word in second.heard)
    first.tell("stop")
    assert first.over() == "It was stopped."
    second.wait(lambda word: word.get("place") == 0 or word["kind"] == "standing")
    assert second.standing(lambda word: word["populations"][0]["step"] == 1).first["step"] == 1
    assert second.after("step").first["step"] == 2


def test_who_waits_may_leave(begin):
    first, second, third = begin(), begin(), begin()
    second.tell("stop")
    assert second.over() == "It was stopped."
    third.wait(lambda word: word == {"kind": "place", "place": 1})
    assert first.after("step").first["step"] == 1


def test_who_comes_later_is_told_all_that_was(begin, server):
    training = begin()
    training.after("epoch")
    with httpx.stream("GET", f"{server.address}/api/trainings/{training.id}/events") as answer:
        line = next(each for each in answer.iter_lines() if each.startswith("data: "))
    word = json.loads(line[6:])
    assert word["kind"] == "so far"
    assert word["standing"]["populations"][0]["step"] == STEPS_PER_EPOCH
    assert [point["populations"][0]["step"] for point in word["points"]][-1] == STEPS_PER_EPOCH
    assert "weights" in word["standing"]


def test_what_is_unknown_is_refused(begin, server):
    training = begin()
    for path in ("play", "stop", "step"):
        answer = httpx.post(f"{server.address}/api/trainings/none/{path}", json={})
        assert answer.status_code == 404
        assert answer.json()["error"] == "there is no training 'none'."
        assert (answer.json()["hint"], answer.json()["reason"]) == ("start one again.", "gone")
    assert httpx.get(f"{server.address}/api/trainings/none/events").status_code == 404
    answer = httpx.post(f"{server.address}/api/trainings/{training.id}/explode", json={})
    assert answer.status_code == 404
    assert answer.json()["error"] == "there is no command 'explode'."
    training.tell("stop")
    assert httpx.post(f"{server.address}/api/trainings/{training.id}/play", json={}).status_code == 404


@pytest.mark.parametrize(
    "settings", [{"members": 0}, {"members": 257}, {"rate": 0}, {"seed": -1}, {"colour": 1}]
)
def test_settings_that_are_out_of_range_begin_nothing(server, settings):
    answer = httpx.post(f"{server.address}/api/trainings", json=settings)
    assert answer.status_code == 422
    assert next(iter(settings)) in answer.json()["error"]
    assert server.trainings.waiting == []


def test_to_ask_only_whether_events_are_there_does_not_wait_for_them(begin, server):
    training = begin()
    with httpx.Client(base_url=server.address, timeout=5) as client:
        answer = client.head(f"/api/trainings/{training.id}/events")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert client.get("/api/trainings").json() == {"trainings": [training.id]}  # by the same line
        assert len(server.trainings.find(training.id).watchers) == 1


def test_who_does_not_read_keeps_nobody_waiting(begin, server):
    training = begin()
    place = urlsplit(server.address)
    with socket.create_connection((place.hostname, place.port)) as idle:
        idle.sendall(
            f"GET /api/trainings/{training.id}/events HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode()
        )
        until(lambda: len(server.trainings.find(training.id).watchers) == 2)
        since = len(training.heard)
        training.tell("play")
        until(lambda: len(training.heard) > since + 20)
        training.after("pause")
    # and who has gone is forgotten
    until(lambda: len(server.trainings.find(training.id).watchers) == 1)


def test_who_reads_slowly_gets_the_latest_and_the_last_weights():
    watcher = Watcher()
    watcher.tell({"kind": "standing", "step": 1, "weights": "old"})
    for step in range(2, 1000):
        watcher.tell({"kind": "standing", "step": step})
    assert watcher.latest == {"kind": "standing", "step": 999, "weights": "old"}


def test_a_long_curve_is_thinned_out_and_keeps_its_ends():
    training = Training("a", TrainingSettings())
    for step in range(10 * MOST_KEPT):
        training.keep({"kind": "standing", "populations": [{"step": step}]})
    steps = [each["populations"][0]["step"] for each in training.points]
    assert MOST_KEPT <= len(steps) < 2 * MOST_KEPT
    assert steps == sorted(steps)
    assert steps[0] == 0
    assert steps[-1] >= 10 * MOST_KEPT - 2  # the last of all is in `standing`
    training.keep({"kind": "standing", "populations": [{"step": 0}]})
    assert [each["populations"][0]["step"] for each in training.points] == [0]


def test_a_process_that_is_killed_is_told_of_and_replaced(begin, server):
    first, second = begin(), begin(seed=1)
    first.after("play", lambda word: word["playing"] and word["populations"][0]["step"] > 0)
    killed = server.trainings._process.pid
    os.kill(killed, signal.SIGKILL)
    assert first.over() == "The process that trained it ended; start it again."
    assert second.standing().first["step"] == 0
    assert second.after("step").first["step"] == 1
    assert server.trainings._process.pid != killed
    assert not is_alive(killed)


def test_a_process_that_is_killed_while_nobody_trains_is_replaced_by_the_next(begin, server):
    begin().after("step")
    pid = server.trainings._process.pid
    for each in list(server.trainings.waiting):
        httpx.post(f"{server.address}/api/trainings/{each.id}/stop", json={})
    os.kill(pid, signal.SIGKILL)
    # what begins before the server has noticed ends with it, and is told so
    until(lambda: server.trainings._process is None)
    assert begin().after("step").first["step"] == 1


def test_a_training_that_cannot_be_is_said_why(asked_in_a_loop):
    # the data are gone: a fault that only the process can meet
    async def ask(trainings):
        training, _ = trainings.start(TrainingSettings())
        async for word in trainings.watch(training.id):
            if word is not None and word["kind"] == "over":
                return word["why"]

    assert "ended" in asked_in_a_loop(ask, sources=["/nowhere/at/all"])


@pytest.fixture
def asked_in_a_loop(monkeypatch):
    """Ask trainings of their own, which are closed in the end: asked_in_a_loop(ask, sources=[...])."""

    def run(ask, sources):
        async def all_of_it():
            trainings = Trainings(sources)
            trainings.warm()
            process = trainings._process
            try:
                return await ask(trainings)
            finally:
                trainings.close()
                assert not process.is_alive()

        return apart(all_of_it())

    return run


def test_so_many_wait_and_no_more():
    trainings = Trainings([])
    trainings._queue = [Training(str(place), TrainingSettings()) for place in range(MOST_WAITING)]
    with pytest.raises(QueueFull, match="32 trainings wait already"):
        trainings.start(TrainingSettings())


def test_so_many_wait_and_the_next_is_refused_in_words(ask):
    trainings = ask.app.state.trainings
    trainings._queue = [Training(str(place), TrainingSettings()) for place in range(MOST_WAITING)]
    try:
        answer = ask.post("/api/trainings", json={})
    finally:
        trainings._queue = []
    assert answer.status_code == 503
    assert answer.json()["hint"] == "try again in a minute."


def test_a_training_that_nobody_watches_ends_and_lets_the_next_begin(begin, server, monkeypatch):
    from thalweg.lab.server import trainings as module

    monkeypatch.setattr(module, "UNWATCHED_SECONDS", 0.5)
    answer = httpx.post(f"{server.address}/api/trainings", json=SMALL)
    left = answer.json()["id"]
    second = begin()
    assert second.place == 1
    assert second.standing().first["step"] == 0
    assert left not in [each.id for each in server.trainings.waiting]


def test_closing_tells_whoever_watches_and_leaves_no_process(finished_run, capfd):
    from tests.lab.server.asking import serving
    from thalweg.lab.opened import opened
    from thalweg.lab.server.app import application
    from thalweg.lab.site import Site

    app = application(Site(opened(finished_run)), sources=[str(finished_run.path)])
    with serving(app) as address:
        training = Trainee(address, **SMALL)
        training.after("play", lambda word: word["playing"] and word["populations"][0]["step"] > 0)
        pid, reader = app.state.trainings._process.pid, app.state.trainings._reader
    until(lambda: not is_alive(pid))
    assert not reader.is_alive()
    assert training.over() == "The server ends."
    training.stop()
    assert "Traceback" not in capfd.readouterr().err
