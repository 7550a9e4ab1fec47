import json
import re
import shutil
from html.parser import HTMLParser

import pytest

from thalweg import report, runs
from thalweg.errors import RunError

NASTY = "</script><script>window.hurt=1</script><img src=x onerror=window.hurt=1>\"'"


class Tags(HTMLParser):
    """Every tag with its attributes, and the text of script elements."""

    def __init__(self, text):
        super().__init__()
        self.found, self.scripts, self._inside = [], {}, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self._inside = dict(attrs).get("id") if tag == "script" else None

    def handle_data(self, data):
        if self._inside:
            self.scripts[self._inside] = self.scripts.get(self._inside, "") + data

    def handle_endtag(self, tag):
        if tag == "script":
            self._inside = None


@pytest.fixture
def page(digits_run, tmp_path):
    return report.write(digits_run, tmp_path / "page.html", plots_library=False).read_text("utf-8")


def test_what_a_page_holds(page, digits_run):
    assert "<h1>tiny on digits</h1>" in page
    assert "3 networks of tiny (784-6-10, 4,780 parameters each)" in page
    assert digits_run.record["data"]["hash"] in page
    assert "thalweg train" in page
    assert f"thalweg evaluate {digits_run.path} --only shift" in page
    assert "thalweg claims" in page
    assert "batch_size = 32" in page
    for title in ("Model card", "Known failures and caveats", "What was not measured", "How it was made"):
        assert title in page


def test_every_finding_is_there_with_its_numbers(page, digits_run):
    from thalweg import figures

    for finding in figures.findings(digits_run):
        assert f'id="{finding.name}"' in page
        assert page.count("<details open>") >= 1


def test_nothing_is_fetched(page):
    tags = Tags(page).found
    addresses = [
        value for _, attributes in tags for name, value in attributes.items() if name in ("src", "href")
    ]
    assert addresses
    assert all(value.startswith(("data:", "#")) for value in addresses)
    policy = next(attributes["content"] for tag, attributes in tags if "http-equiv" in attributes)
    assert policy.startswith("default-src 'none'")


def test_ids_are_unique_and_links_lead_somewhere(page):
    tags = Tags(page).found
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in tags:
        if attributes.get("href", "").startswith("#"):
            assert attributes["href"][1:] in ids
        for name in ("aria-labelledby", "aria-describedby", "for", "data-figure"):
            assert attributes.get(name, ids[0]) in ids


def test_texts_from_data_are_escaped(copied_digits, tmp_path):
    names = [NASTY, *copied_digits.record["class_names"][1:]]
    recipe = {**copied_digits.record["recipe"], "name": NASTY}
    data = {**copied_digits.record["data"], "name": NASTY, "source": NASTY}
    copied_digits.update(class_names=names, recipe=recipe, data=data, command=["thalweg", NASTY])
    accuracy = copied_digits.evaluation("accuracy")
    content = {**accuracy, "class_names": names}
    copied_digits.write_evaluation("accuracy", content, copied_digits.evaluation_arrays("accuracy"))
    claim = {key: NASTY for key in ("id", "statement", "source", "expected", "measured", "verdict")}
    (copied_digits.path / "claims.json").write_text(json.dumps([claim]), "utf-8")
    page = report.write(copied_digits, tmp_path / "page.html").read_text("utf-8")
    parsed = Tags(page)
    assert not any(attributes.get("src") == "x" or "onerror" in attributes for _, attributes in parsed.found)
    assert "<script>window.hurt" not in page
    assert json.loads(parsed.scripts["networks"])["class_names"][0] == NASTY


def test_claims_come_first(copied_digits, tmp_path):
    claim = {"id": "12", "statement": "It reads nearly all.", "verdict": "holds", "measured": 0.5}
    (copied_digits.path / "claims.json").write_text(json.dumps([claim]), "utf-8")
    page = report.write(copied_digits, tmp_path / "page.html", plots_library=False).read_text("utf-8")
    assert page.index("It reads nearly all.") < page.index('id="draw"') < page.index('id="found"')
    assert "✓ holds" in page
    assert "<code>thalweg claims</code>" not in page


def test_where_it_goes(copied_digits, tmp_path, monkeypatch):
    assert report.write(copied_digits, plots_library=False) == copied_digits.path / "report.html"
    assert report.write(str(copied_digits.path), plots_library=False) == copied_digits.path / "report.html"
    monkeypatch.chdir(tmp_path)
    both = report.write([copied_digits, copied_digits.path])
    assert both.read_text("utf-8").count("<h1>2 runs compared</h1>") == 1
    with pytest.raises(RunError, match="a report is a file"):
        report.write(copied_digits, tmp_path)


def test_what_is_said_of_it(digits_run, tmp_path):
    written = report.write_described(digits_run, tmp_path / "page.html", plots_library=False)
    assert written.bytes == written.path.stat().st_size < 500_000
    assert written.embedded_members == 3
    assert "shift" in written.unanswered
    assert "accuracy" not in written.unanswered
    assert len(written.findings) == len(set(written.findings)) > 5


def test_the_same_run_gives_the_same_page(digits_run, tmp_path):
    one, other = (report.write(digits_run, tmp_path / f"{name}.html") for name in "ab")
    assert one.read_bytes() == other.read_bytes()


def test_records_in_memory(digits_run, digits, tmp_path):
    from thalweg import evaluation, recording

    population = recording.population_of(digits_run)
    records = evaluation.evaluate(population, digits, only="accuracy")
    page = report.write(records, tmp_path / "page.html").read_text("utf-8")
    assert "Measurements kept in memory: accuracy." in page
    assert "records alone, without the networks" in page
    assert "How often is it right" in page
    assert not re.search(r"thalweg evaluate \S*tmp", page)


@pytest.mark.parametrize(("records", "words"), [({}, "no record"), ({"accuracy": 3}, "is a int")])
def test_what_is_no_record(records, words, tmp_path):
    with pytest.raises(RunError, match=words):
        report.write(records, tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []


def foreign(run):
    (run.path / "run.json").unlink()


def newer(run):
    run.update(format=99)


def unfinished(run):
    run.update(status="training")


def evaluation_cut(run):
    file = run.path / "evaluation" / "noise.json"
    file.write_text(file.read_text("utf-8")[:200], "utf-8")


def evaluation_of_another_kind(run):
    (run.path / "evaluation" / "noise.json").write_text("[1, 2]", "utf-8")


def arrays_cut(run):
    file = run.path / "evaluation" / "accuracy.npz"
    file.write_bytes(file.read_bytes()[:300])


def weights_gone(run):
    (run.path / "population.safetensors").unlink()


def history_cut(run):
    file = run.path / "history.parquet"
    file.write_bytes(file.read_bytes()[:100])


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (foreign, "not a run"),
        (newer, "format 99"),
        (unfinished, "not finished"),
        (evaluation_cut, r"noise\.json: damaged"),
        (evaluation_of_another_kind, r"noise\.json: damaged: it is \[1, 2\]: expected a table"),
        (arrays_cut, r"accuracy\.npz: damaged"),
        (weights_gone, r"population\.safetensors: this file of the run is missing"),
        (history_cut, r"history\.parquet: damaged"),
    ],
)
def test_runs_that_are_no_good(copied_digits, tmp_path, damage, words):
    damage(copied_digits)
    with pytest.raises(RunError, match=words):
        report.write(copied_digits.path, tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()
    assert not list(tmp_path.glob(".page*"))


def test_an_old_report_survives_a_failure(copied_digits, tmp_path):
    (tmp_path / "page.html").write_text("old", "utf-8")
    shutil.rmtree(copied_digits.path / "evaluation")
    (copied_digits.path / "population.safetensors").unlink()
    with pytest.raises(RunError):
        report.write(runs.open(copied_digits.path), tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text("utf-8") == "old"


def test_nothing_to_report_on():
    with pytest.raises(RunError, match="no run"):
        report.write([])
    with pytest.raises(RunError, match="no such run"):
        report.write("nowhere/at-all")


@pytest.mark.parametrize("value", [[None], [0.1, None], {"a": [[None]]}, {"": None, "b": [{"c": [None]}]}])
def test_a_recipe_that_no_file_could_hold_is_named(copied_run, tmp_path, value):
    record = json.loads((copied_run.path / "run.json").read_text())
    record["recipe"]["of a newer version"] = value
    (copied_run.path / "run.json").write_text(json.dumps(record))
    with pytest.raises(RunError, match="cannot be shown"):
        report.write(copied_run.path, tmp_path / "page.html")
