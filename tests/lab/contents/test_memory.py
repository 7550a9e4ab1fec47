"""What the panel of memory is given: curves, examples learned by heart, and labels to check."""

import numpy as np
import polars
import pytest

from tests.figures.studies import made_up
from tests.figures.studies.kept import write_audit, write_study
from thalweg import data, figures
from thalweg.data.facts import data_facts
from thalweg.lab.contents import part
from thalweg.lab.opened import opened
from thalweg.runs.checks import write_draw


@pytest.fixture
def random_labels(tmp_path):
    return write_study("random-labels", made_up.random_labels(), tmp_path / "random")


@pytest.fixture
def memorisation(tmp_path):
    return write_study("memorisation", made_up.memorisation(), tmp_path / "memorisation")


@pytest.fixture
def audit(tmp_path):
    return write_audit(made_up.audit(), tmp_path / "audit")


def memory(*sources):
    return part("memory", opened(list(sources)))


def title_of(kept, name):
    return next(each.title for each in figures.findings(kept) if each.name == name)


def test_curves_are_medians_and_nine_tenths_of_the_networks(random_labels):
    found = memory(random_labels)["labels"]
    assert found["title"] == title_of(random_labels, "random-labels-curves")
    width = random_labels.record["settings"]["width"]
    for kind, share in (("true", 0), ("random", 1)):
        for which in ("train", "test"):
            values = random_labels.arrays()[f"{which} {kind}-{share}-width-{width}-none"][:, found["epochs"]]
            band = found["kinds"][kind][which]
            np.testing.assert_allclose(band["median"], np.median(values, axis=0), atol=1e-5)
            np.testing.assert_allclose(band["low"], np.quantile(values, 0.05, axis=0), atol=1e-5)
            np.testing.assert_allclose(band["high"], np.quantile(values, 0.95, axis=0), atol=1e-5)
    assert found["epochs"][0] == 1


def test_a_study_that_did_not_ask_of_random_labels_names_the_command(random_labels):
    result = dict(random_labels.record["result"])
    result["populations"] = [each for each in result["populations"] if each["kind"] != "random"]
    random_labels.update(result=result)
    found = memory(random_labels)["labels"]
    assert "true and random labels" in found["missing"]
    assert "--kinds true,random" in found["command"]


def test_examples_learned_by_heart_have_their_scores_and_pictures(memorisation):
    found = memory(memorisation)["examples"]
    assert found["title"] == title_of(memorisation, "memorisation-scores")
    arrays = memorisation.arrays()
    assert len(found["listed"]) == len(arrays["gallery"]) == 4
    for each, number in zip(found["listed"], arrays["gallery"], strict=True):
        assert each["memorisation"] == arrays["memorisation"][number]
        assert (each["low"], each["high"]) == (
            arrays["memorisation_low"][number],
            arrays["memorisation_high"][number],
        )
        assert each["picture"].startswith("data:image/png;base64,")


def test_rows_learned_by_heart_have_their_values_and_the_names_of_their_classes(tmp_path, rows_file):
    kept = write_study("memorisation", made_up.memorisation(pictures=False), tmp_path / "study")
    rows = data.load(rows_file, label_column="kind")
    arrays = kept.arrays()
    labels = np.arange(100) % 2
    kept.finish(
        kept.record["result"], {**arrays, "label": labels, "gallery_answers": np.array([1, 0, 1, 0])}, {}
    )
    kept.update(data=data_facts(rows))
    first = memory(kept)["examples"]["listed"][0]
    number = int(arrays["gallery"][0])
    assert first["label"] == rows.class_names[labels[number]]
    assert first["said"] == rows.class_names[1]
    assert [name for name, _ in first["values"]] == ["width", "height"]
    np.testing.assert_allclose([float(value) for _, value in first["values"]], rows.train.raw[number], 1e-3)


def test_rows_whose_data_are_gone_are_named_and_the_page_says_so(tmp_path):
    kept = write_study("memorisation", made_up.memorisation(pictures=False), tmp_path / "study")
    found = memory(kept)["examples"]
    assert "cannot be read" in found["note"]["missing"]
    assert found["listed"][0]["values"] == []
    assert found["listed"][0]["label"] == "class 0"


def test_an_audit_alone_has_suspects_and_says_how_labels_are_drawn(audit):
    found = memory(audit)
    assert found["audit"]["title"] == title_of(audit, "audit-suspicion")
    assert found["audit"]["draw"]["command"] == f"thalweg audit {audit.path} --to-check 100 -o check.csv"
    suspects = found["audit"]["suspects"]
    assert suspects["header"][-3:] == ["label", "suggested", "suspicion"]
    assert len(suspects["rows"]) == len(suspects["pictures"]) <= 60
    for name in ("labels", "examples"):
        assert found[name]["command"].startswith("thalweg study")


def test_labels_that_were_drawn_are_there_with_the_file_to_save(audit):
    drawn = made_up.audit().to_check(12)
    write_draw(audit, dict(drawn.content), np.full((12, 6, 6), 90, dtype=np.uint8))
    found = memory(audit)["audit"]["draw"]
    assert [label["number"] for label in found["labels"]] == list(range(1, 13))
    assert found["labels"][0]["label"] == drawn.content["to_look_at"][0]["label"]
    assert found["content"]["header"][:1] == ["number"]
    assert found["command"] == f"thalweg audit --checked {found['file']}"


def test_an_audit_lends_its_memorisation_where_no_study_was_opened(audit, memorisation):
    table = audit.table()
    scores = np.linspace(-0.2, 0.9, len(table))
    added = {"memorisation": scores, "memorisation_low": scores - 0.1, "memorisation_high": scores + 0.05}
    table.with_columns(**{name: polars.Series(values) for name, values in added.items()}).write_parquet(
        audit.path / "audit.parquet"
    )
    found = memory(audit)["examples"]
    assert found["source"] == "audit"
    assert found["listed"][0]["memorisation"] == pytest.approx(0.9)
    last = table.row(-1, named=True)
    assert found["listed"][0]["called"] == f"{last['split']} {last['example']}"
    assert found["listed"][0]["label"] == last["label"]
    measured = [each["memorisation"] for each in found["listed"]]
    assert measured == sorted(measured, reverse=True)
    assert memory(audit, memorisation)["examples"]["source"] == "study"


def test_what_is_damaged_is_said_and_the_rest_is_there(audit, random_labels):
    (audit.path / "audit.npz").unlink()
    found = memory(audit, random_labels)
    assert "audit.npz" in found["audit"]["missing"]
    assert found["labels"]["members"] == 3


def test_nothing_opened_but_a_run_names_three_commands(lab_run):
    found = memory(lab_run)
    assert all("missing" in found[name] for name in ("labels", "examples", "audit"))
    assert found["audit"]["command"].startswith("thalweg audit")
