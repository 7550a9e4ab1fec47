import copy

import pytest

from thalweg.lab import language, lesson
from thalweg.lab.lesson import LessonError, checked, ours, read

GOOD = {
    "name": "mine",
    "title": {"en": "Mine"},
    "steps": [
        {
            "panel": "noise",
            "say": {"en": "Look."},
            "locked": {"kind": "uniform"},
            "guess": {
                "measure": "noise/uniform/mean_confidence",
                "ask": {"en": "How sure?"},
                "choices": [
                    {"say": {"en": "little"}, "low": 0, "high": 50},
                    {"say": {"en": "much"}, "low": 50, "high": 101},
                ],
            },
        }
    ],
}


def changed(tmp_path, change):
    content = copy.deepcopy(GOOD)
    change(content)
    return checked(content, tmp_path / "mine.toml")


def test_a_good_lesson_is_read(tmp_path):
    found = changed(tmp_path, lambda content: None)
    assert found.steps[0].guess.choices[1].high == 101


def of_step(**entries):
    return lambda content: content["steps"][0].update(entries)


def of_guess(**entries):
    return lambda content: content["steps"][0]["guess"].update(entries)


@pytest.mark.parametrize(
    ("change", "words", "hint"),
    [
        (of_step(panel="niose"), "step 1 has the panel 'niose'. Did you mean 'noise'", "the panels are draw"),
        (of_step(pannel="x"), "unknown field `pannel`", "panel, say, do"),
        (
            of_step(locked={"kinds": "x"}),
            "locks 'kinds', which the panel noise does not have",
            "kind, strength",
        ),
        (of_step(say={}), "step 1 says nothing", "say ="),
        (of_step(say={"en": "a", "de": "b"}), "guess.ask has no text in de", "same languages"),
        (of_step(say="Look."), "Expected `object`, got `str`", "the keys there are"),
        (
            of_guess(measure="nosie/uniform/x"),
            "measures 'nosie/uniform/x'. Did you mean 'noise'",
            "evaluation/",
        ),
        (of_guess(measure="noise"), "measures 'noise'", "evaluation/key"),
        (of_guess(low=5, high=5), "a guess from 5 to 5", "low must be less"),
        (of_guess(unit="points"), "Invalid enum value 'points'", "the keys there are"),
        (
            of_guess(choices=[{"say": {"en": "a"}, "low": 2, "high": 1}]),
            "a choice from 2 to 1",
            "low must be",
        ),
        (
            of_guess(
                choices=[
                    {"say": {"en": "a"}, "low": 0, "high": 6},
                    {"say": {"en": "b"}, "low": 5, "high": 9},
                ]
            ),
            "choices overlap between 5 and 6",
            "let one end",
        ),
        (lambda content: content.update(steps=[]), "a lesson without steps", "at least one"),
        (lambda content: content.pop("title"), "missing required field `title`", "name, title, steps"),
    ],
)
def test_what_is_wrong_with_a_lesson_is_named(tmp_path, change, words, hint):
    with pytest.raises(LessonError) as error:
        changed(tmp_path, change)
    assert words in error.value.message
    assert "mine.toml" in error.value.message
    assert hint in error.value.hint


def test_files_that_are_no_lessons_are_named(tmp_path):
    with pytest.raises(LessonError, match="no such file"):
        read(tmp_path / "gone.toml")
    for name, content in (("bad.toml", b"name = "), ("binary.toml", b"\xff\xfe\x00")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(LessonError, match="not a lesson file"):
            read(tmp_path / name)
    with pytest.raises(LessonError, match="two lessons are called 'sees'"):
        lesson.distinct([ours()[0], ours()[0]])


def test_ten_lessons_in_english_and_german():
    assert [each.name for each in ours()] == [
        "sees", "knobs", "start", "cost", "downhill", "good", "luck", "noise", "neurons", "memory",
    ]  # fmt: skip
    for each in ours():
        texts = [each.title, *(step.say for step in each.steps), *(step.do for step in each.steps)]
        texts += [step.then for step in each.steps if step.then]
        texts += [step.guess.ask for step in each.steps if step.guess]
        assert all(set(text) == {"en", "de"} for text in texts), each.name
        assert all(text["en"] != text["de"] for text in texts)
        assert any(step.guess for step in each.steps)
    english, german = language.ours()
    assert (english.language, german.language) == ("en", "de")
    assert english.words.keys() == german.words.keys()


def test_a_language_of_ones_own(tmp_path):
    path = tmp_path / "fr.toml"
    path.write_text(
        'language = "fr"\nname = "Français"\n[words.lesson]\nnext = "Suite"\n'
        '[lessons.noise]\ntitle = "Le bruit"\n'
        '[[lessons.noise.steps]]\nsay = "Il ne reste rien."\nask = "À quel point ?"\n',
        "utf-8",
    )
    french = language.read(path)
    noise = next(each for each in language.translated(ours(), [french]) if each["name"] == "noise")
    assert noise["title"]["fr"] == "Le bruit"
    assert noise["steps"][0]["say"]["fr"] == "Il ne reste rien."
    assert noise["steps"][0]["guess"]["ask"]["fr"] == "À quel point ?"
    assert "fr" not in noise["steps"][1]["say"]
    path.write_text('language = "fr"\nname = "F"\n[words.lesson]\nnxt = "Suite"\n', "utf-8")
    with pytest.raises(LessonError, match=r"there is no word 'lesson\.nxt'"):
        language.read(path)
    path.write_text('name = "F"\n', "utf-8")
    with pytest.raises(LessonError, match="not a language file"):
        language.read(path)
