from thalweg.runs.path import FILE

from .conftest import only_json


def test_the_path_is_kept_of_as_many_as_asked_for(thalweg, quarters_file, recipe_file, tmp_path):
    words = (
        "train",
        "--data",
        quarters_file,
        "--recipe",
        recipe_file,
        "--members",
        2,
        "--epochs",
        1,
        "--json",
    )
    only_json(thalweg(*words, "--out", tmp_path / "kept", "--keep-path", 1))
    assert (tmp_path / "kept" / FILE).exists()
    only_json(thalweg(*words, "--out", tmp_path / "none", "--keep-path", 0))
    assert not (tmp_path / "none" / FILE).exists()


def test_more_than_there_are_members_is_a_mistake_that_is_named(
    thalweg, quarters_file, recipe_file, tmp_path
):
    words = ("train", "--data", quarters_file, "--recipe", recipe_file, "--members", 2, "--keep-path", 3)
    result = thalweg(*words, "--out", tmp_path / "run")
    assert result.exit_code == 1
    assert "the path of 3 members cannot be kept: 2 are trained" in result.stderr
    assert "hint:" in result.stderr


def test_a_resumed_run_keeps_what_it_was_started_with(thalweg, tmp_path):
    result = thalweg("train", "--resume", tmp_path, "--keep-path", 1)
    assert result.exit_code == 2
    assert "--keep-path cannot be given with --resume" in result.stderr
