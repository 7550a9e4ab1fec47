from thalweg.lab import making


def test_a_run_is_made_measured_and_found_again(tmp_path, monkeypatch, digits):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(making, "MEMBERS", 4)
    monkeypatch.setattr(making, "PATHS", 2)
    monkeypatch.setitem(making.EPOCHS, "digits", 3)
    monkeypatch.setattr(making, "needed", lambda: ["accuracy"])
    assert making.found("runs") is None
    run = making.make(digits)
    assert run.record["recipe"]["name"] == "classic"
    assert making.measure(run, digits) == ["accuracy"]
    assert making.measure(run, digits) == []
    assert making.found("runs").path == run.path
    assert making.found("runs", "digits").path == run.path
    assert making.found("runs", "mnist") is None
    (tmp_path / "runs" / "broken").mkdir()
    (tmp_path / "runs" / "broken" / "run.json").write_text("{")
    assert making.found("runs").path == run.path
    assert making.found_study("runs", run) is None


def test_runs_of_other_commands_are_not_taken(tmp_path, monkeypatch, digits):
    from thalweg import recording
    from thalweg.networks import Mlp
    from thalweg.training import Recipe

    monkeypatch.chdir(tmp_path)
    recording.train_run(Recipe(network=Mlp((3,)), epochs=1), digits, command=("thalweg", "run"))
    assert making.found("runs") is None


def test_what_the_lessons_ask_for():
    assert {"accuracy", "noise", "shift", "features", "arbitrariness"} <= set(making.needed())
    assert not {"run", "study"} & set(making.needed())
