import pytest

from thalweg.data.sources import NAMES

from .conftest import only_json


@pytest.fixture(autouse=True)
def nothing_on_this_machine(monkeypatch, tmp_path):
    monkeypatch.setenv("THALWEG_OFFLINE", "1")
    for variable in ("THALWEG_DATA", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))


def test_every_named_set_is_listed(thalweg):
    result = thalweg("data", "list")
    assert result.exit_code == 0
    assert all(f"\n{name} " in result.stdout for name in NAMES)
    assert [one["name"] for one in only_json(thalweg("data", "list", "--json"))] == list(NAMES)


def test_info_says_what_a_set_holds(thalweg):
    shown = thalweg("data", "info", "mnist").stdout
    assert "60,000" in shown
    assert "28 x 28" in shown
    found = only_json(thalweg("data", "info", "mnist", "--json"))
    assert (found["training_examples"], found["found"]) == (60_000, None)


def test_info_says_what_is_at_a_path(thalweg, quarters_file):
    assert "6 x 6" in thalweg("data", "info", quarters_file).stdout
    found = only_json(thalweg("data", "info", quarters_file, "--json"))
    assert (found["training_examples"], found["test_examples"], found["classes"]) == (97, 40, 4)


def test_info_of_an_unknown_set_suggests_the_near_match(thalweg):
    result = thalweg("data", "info", "mnits")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "mnist" in result.stderr


def test_the_embedded_digits_need_no_fetching(thalweg):
    result = thalweg("data", "get", "digits")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "nothing to fetch" in result.stderr


def test_getting_a_set_that_is_here_prints_its_folder(thalweg, tmp_path):
    from thalweg.data.registry import NOTMNIST

    folder = tmp_path / "notmnist"
    folder.mkdir()
    for file in NOTMNIST.files:
        (folder / file.published).write_bytes(b"")
    result = thalweg("data", "get", "notmnist", "--data-dir", tmp_path)
    assert (result.exit_code, result.stdout) == (0, f"{folder}\n")


def test_a_set_out_of_reach_says_what_to_do(thalweg):
    result = thalweg("data", "get", "mnist")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "\n\nhint: " in result.stderr
