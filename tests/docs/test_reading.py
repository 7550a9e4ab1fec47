"""The reader of pages itself: it must see a stale output."""

from tests.docs.reading import blocks, differences, run

PAGE = """# Title

```python
a = 2
print(a)
a + 1.25
```

<!-- about: 0.5 -->

```text
2
3.0
```

Words.

<!-- not run: it would take an hour -->

```python
forever()
```

```sh
thalweg run
```
"""


def test_a_page_falls_apart_into_blocks_with_outputs():
    first, second, third = blocks(PAGE)
    assert (first.line, first.language, first.skipped) == (3, "python", False)
    assert first.output is not None
    assert first.output.tolerance == 0.5
    assert second.skipped
    assert second.output is None
    assert (third.language, third.code) == ("sh", "thalweg run\n")


def test_code_shows_what_it_prints_and_its_last_value():
    namespace = {}
    output, value = run("a = 2\nprint(a)\na + 1.25", namespace, name="page")
    assert (output, value, namespace["a"]) == ("2\n3.25\n", 3.25, 2)


def test_a_stale_output_is_seen():
    assert differences("97.0 % [95, 98]", "97.4 % [95, 98]", 0.5) == []
    assert differences("97.0 % [95, 98]", "97.6 % [95, 98]", 0.5) == ["97, now 97.6"]
    assert differences("1,438 examples", "1,438 members", 5.0)
    assert differences("2", "2 3", 5.0)
    assert differences("784-16", "784-17", 0.0)
