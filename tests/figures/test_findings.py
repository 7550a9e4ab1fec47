"""What holds for every finding, whatever it shows."""

import json
import re

import numpy as np
import pytest

from tests.runs.described import evaluation_as_described
from thalweg import figures, runs
from thalweg.errors import EvaluationError, RunError
from thalweg.evaluation import accuracy
from thalweg.figures.registry import FAMILIES

from .conftest import HOSTILE, SLOW
from .hovers import check_hovers

NAMES = (
    "accuracy confusion hardest history-cost history-accuracy votes agreement arbitrariness "
    "arbitrariness-size reliability calibration-scores "
    "noise noise-uniform noise-strength outliers-roc outliers-detectors shift corruptions risk-coverage "
    "conformal adversarial-linf weights dreams descent-cost descent-steps "
    "descent-turns descent-nudges descent-ranked descent-layers descent-full-batch descent-on-off "
    "landscape-path landscape-members landscape-random landscape-slices spectrum minimum alignment "
    "minima connectivity"
).split()
DRAWN = [name for name in NAMES if name not in ("calibration-scores", "minimum")]
"""All but a table, and the minimum of networks that learn their few examples to the last digit."""
LARGEST = 150_000


def texts(finding):
    """Every text of a finding, in its chart and around it."""
    yield from (finding.title, finding.sentence, finding.how, *finding.table.header)
    yield from (cell for row in finding.table.rows for cell in row)
    yield from (picture.caption for picture in finding.pictures)


def test_every_evaluation_has_its_figures(found, evaluated_run):
    assert set(NAMES) <= set(found)
    assert {finding.evaluation for finding in found.values()} >= set(evaluated_run.evaluations()) & set(
        FAMILIES
    )


@pytest.mark.slow
def test_every_evaluation_that_takes_long_has_its_figures(altered_run, quarters_dataset):
    from thalweg import recording

    for name in SLOW:
        recording.evaluate_run(altered_run, only=name, dataset=quarters_dataset)
        content = altered_run.evaluation(name)
        assert evaluation_as_described(name, content) == content
    found = {finding.evaluation for finding in figures.findings(altered_run)}
    assert found >= SLOW


def test_every_evaluation_writes_what_is_described(evaluated_run):
    for name in evaluated_run.evaluations():
        content = evaluated_run.evaluation(name)
        assert evaluation_as_described(name, content) == content


def test_findings_stand_in_reading_order(evaluated_run):
    order = [finding.evaluation for finding in figures.findings(evaluated_run)]
    assert order == sorted(order, key=list(FAMILIES).index)
    assert order[0] == "accuracy"


def test_names_are_unique(evaluated_run):
    names = [finding.name for finding in figures.findings(evaluated_run)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", NAMES)
def test_a_finding_says_what_it_found_and_how(found, name):
    finding = found[name]
    assert re.search(r"\d", finding.title), "the number stands in the title"
    assert finding.sentence.endswith(".")
    assert re.search(r"\d|interval", finding.how)
    assert "Data: quarters; recipe: small." in finding.how
    assert finding.table.rows
    assert all(len(row) == len(finding.table.header) for row in finding.table.rows)


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_is_named_light_and_clear(found, name):
    figure = found[name].figure
    written = figure.to_json()
    assert len(written) < LARGEST
    layout = json.loads(written)["layout"]
    title = layout["title"]["text"].replace("<br>", " ").replace("\u00a0", " ")
    assert title == found[name].title
    assert max(len(line) for line in layout["title"]["text"].split("<br>")) <= 42
    assert layout["template"]["layout"]["paper_bgcolor"] == "rgba(0,0,0,0)"
    assert layout["margin"]["t"] > 19 * layout["title"]["text"].count("<br>")


@pytest.mark.parametrize("name", DRAWN)
def test_every_point_says_its_numbers_in_the_words_of_the_page(found, name):
    check_hovers(found[name].figure)


@pytest.mark.parametrize("name", ["accuracy", "shift", "landscape-random"])
def test_a_figure_alone_has_no_title_and_is_less_high(found, name):
    whole, alone = found[name].figure, found[name].figure_alone
    assert alone.layout.title.text is None
    assert whole.layout.title.text is not None, "the figure itself stays as it was"
    lost = whole.layout.height - alone.layout.height
    assert lost == whole.layout.margin.t - alone.layout.margin.t > 0


def test_class_names_are_never_markup(altered_run):
    names = [HOSTILE, "a < b", "two\nlines", "<b>bold</b>"]
    altered_run.update(class_names=names)
    for name in ("accuracy", "noise", "dreams"):
        content = json.dumps(altered_run.evaluation(name))
        for place, hostile in enumerate(names):
            content = content.replace(f'"{place}"', json.dumps(hostile))
        altered_run.write_evaluation(name, json.loads(content), altered_run.evaluation_arrays(name))
    altered_run.update(data={"name": HOSTILE}, recipe={"name": HOSTILE})
    found = figures.findings(altered_run)
    assert any("\u2039script\u203a" in text for finding in found for text in texts(finding))
    for finding in found:
        assert not any("<" in text or ">" in text for text in texts(finding)), finding.name
        if finding.figure is not None:
            drawn = (
                finding.figure.to_json()
                .replace("\\u003c", "<")
                .replace("\\u003e", ">")
                .replace("\\u002f", "/")
            )
            assert "<" not in re.sub(r"<br>|</?sup>|<extra></extra>", "", drawn), finding.name


def test_what_was_not_measured_is_absent(altered_run):
    altered_run.write_evaluation("dreams", {"not_measured": "no pictures", "hint": ""}, {})
    (altered_run.path / "evaluation" / "noise.json").unlink()
    (altered_run.path / "history.parquet").unlink()
    left = {finding.evaluation for finding in figures.findings(altered_run)}
    assert left.isdisjoint({"dreams", "noise", "history"})
    assert "accuracy" in left


def test_an_evaluation_without_figures_draws_nothing():
    assert figures.draw("something", {"value": 1}, {}) == []


def test_a_damaged_file_is_said_by_name(altered_run):
    path = altered_run.path / "evaluation" / "calibration.json"
    path.write_text(path.read_text("utf-8")[:100], "utf-8")
    with pytest.raises(RunError, match=r"calibration\.json"):
        figures.findings(altered_run)


def test_an_evaluation_that_lacks_something_is_said_by_name(altered_run):
    content = altered_run.evaluation("calibration")
    del content["reliability"]
    altered_run.write_evaluation("calibration", content, altered_run.evaluation_arrays("calibration"))
    with pytest.raises(RunError, match=r"calibration\.json: damaged: reliability is missing") as caught:
        figures.findings(altered_run)
    assert "thalweg evaluate" in caught.value.hint


def test_an_array_that_is_missing_is_said_by_name(altered_run):
    (altered_run.path / "evaluation" / "noise.npz").unlink()
    with pytest.raises(RunError, match=r"evaluation noise.*edges"):
        figures.findings(altered_run)


def test_accuracy_on_a_split_alone_is_drawn_as_of_new_examples(quarters_dataset):
    guesses = np.random.default_rng(0).dirichlet(np.ones(4), size=(3, len(quarters_dataset.test)))
    guesses[:, np.arange(len(guesses[0])), quarters_dataset.test.labels] += 2
    answers = guesses / guesses.sum(axis=-1, keepdims=True)
    found = accuracy(lambda inputs: answers[:, : len(inputs)], quarters_dataset.test)
    drawn = {finding.name: finding for finding in figures.of(found)}
    assert set(drawn) == {"accuracy", "confusion", "hardest"}
    assert "of new examples" in drawn["accuracy"].title
    assert found.mean.measured.percent() in drawn["accuracy"].title


def test_accuracy_on_what_was_learned_from_is_not_drawn_as_of_new_examples(quarters_dataset):
    train = quarters_dataset.train
    answers = np.eye(train.classes)[train.labels]
    found = accuracy(lambda inputs: answers[: len(inputs)], train)
    with pytest.raises(EvaluationError, match="learned from") as error:
        figures.of(found)
    assert "whole data set" in error.value.hint


def test_a_record_in_memory_is_drawn_like_the_run(found, evaluated_run):
    record = FakeRecord(evaluated_run, "calibration")
    drawn = figures.of(record, name="calibration")
    assert [finding.title for finding in drawn] == [
        found["reliability"].title,
        found["calibration-scores"].title,
    ]
    assert figures.of(Calibration(evaluated_run, "calibration"))[0].title == found["reliability"].title


def test_what_is_no_record_is_refused(evaluated_run):
    with pytest.raises(RunError, match="int is no record"):
        figures.of(3)
    with pytest.raises(RunError, match="Did you mean 'noise'"):
        figures.of(FakeRecord(evaluated_run, "noise"), name="nois")


def test_one_member_has_findings_too(tmp_path, quarters_dataset, small_recipe):
    from thalweg import recording

    run = recording.train_run(small_recipe, quarters_dataset, members=1, seed=0, out=tmp_path / "one")
    names = ("accuracy", "calibration", "noise", "shift", "abstention")
    recording.evaluate_run(run, only=names, dataset=quarters_dataset)
    found = {finding.name: finding for finding in figures.findings(runs.open(tmp_path / "one"))}
    assert "vote" not in found["accuracy"].title
    assert {"reliability", "noise", "shift", "risk-coverage", "history-cost"} <= set(found)


class FakeRecord:
    """Anything with to_json() and arrays() is a record."""

    def __init__(self, run, name):
        self.run, self.evaluation = run, name

    def to_json(self):
        return self.run.evaluation(self.evaluation)

    def arrays(self):
        return self.run.evaluation_arrays(self.evaluation)


class Calibration(FakeRecord):
    """Its class has the name of its evaluation."""
