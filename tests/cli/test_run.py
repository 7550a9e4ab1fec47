import json
import re

from thalweg import runs
from thalweg.evaluation import HEADLINES

HEADLINE = "One network of small is right on "


def words(quarters_file, recipe_file, out):
    return (
        "run",
        "--data",
        quarters_file,
        "--recipe",
        recipe_file,
        "--members",
        2,
        "--epochs",
        1,
        "--out",
        out,
    )


def test_the_main_job_prints_a_table_and_where_the_run_is(thalweg, quarters_file, recipe_file, tmp_path):
    out = tmp_path / "run"
    result = thalweg(*words(quarters_file, recipe_file, out))
    assert result.exit_code == 0, result.stderr
    assert result.stderr == f"training 2 x small on quarters for 1 epoch, kept in\n{out}\n"
    lines = result.stdout.splitlines()
    assert lines[0].startswith(HEADLINE)
    assert re.search(r"Training was short: \d+ steps, \d+ in each of 1 epoch\.", " ".join(lines))
    assert len(lines) <= 15
    assert "How often is it right" not in result.stdout
    report = out / "report.html"
    assert lines[-3:] == [f"run     {out}", f"report  {report}", f"next    thalweg evaluate {out}"]
    assert report.is_file()
    assert "%" in result.stdout
    assert set(runs.open(out).evaluations()) == set(HEADLINES)


def test_details_come_before_the_headline(thalweg, quarters_file, recipe_file, tmp_path):
    result = thalweg(*words(quarters_file, recipe_file, tmp_path / "run"), "--details")
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0].startswith("2 networks of small, 209 parameters each")
    question = lines.index("How often is it right, on examples seen and new?")
    answer = next(
        place for place, line in enumerate(lines) if line.startswith("One network of small is right")
    )
    assert question < answer


def test_json_holds_what_train_prints_and_every_evaluation(thalweg, quarters_file, recipe_file, tmp_path):
    result = thalweg(*words(quarters_file, recipe_file, tmp_path / "run"), "--json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert found["run"] == str(tmp_path / "run")
    assert found["evaluation"].keys() == set(HEADLINES)
    assert found["test_accuracy"] == found["evaluation"]["accuracy"]["test_accuracy"]
