"""What the site writes when it is built holds everything that it should."""

from __future__ import annotations

import importlib.util
import re

from tests.docs.reading import ROOT


def _hook(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / "_hooks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_commands_has_every_verb_and_flag():
    from thalweg.cli.main import VERBS

    page = _hook("command_line").on_page_markdown("before\n<!-- help of every command -->\nafter")
    for verb in VERBS:
        assert f"`thalweg {verb}`" in page
    for words in ("--keep-path N", "`thalweg study memorisation`", "`thalweg data get`", "before", "after"):
        assert words in page
    assert _hook("command_line").on_page_markdown("nothing asked for") == "nothing asked for"


def test_the_table_of_claims_has_a_row_for_each():
    from thalweg.claims import CLAIMS

    page = _hook("claims").on_page_markdown("<!-- table of claims -->")
    assert len(page.splitlines()) == len(CLAIMS) + 2
    assert all(row.count("|") == 6 for row in page.splitlines())


def test_the_page_of_verdicts_has_each_claim():
    from thalweg.claims import CLAIMS
    from thalweg.claims.claim import FAILS, HOLDS, IN_PART

    page = (ROOT / "docs" / "guide" / "claims.md").read_text()
    rows = re.findall(r"^\| (\d+) \| .* \| (.*) \|$", page, re.M)
    # one table for MNIST, one for the embedded digits
    assert [int(number) for number, _ in rows] == 2 * [claim.id for claim in CLAIMS]
    assert {verdict for _, verdict in rows} <= {HOLDS, IN_PART, FAILS}


def test_every_page_is_in_the_navigation():
    navigation = (ROOT / "mkdocs.yml").read_text().partition("\nnav:\n")[2]
    found = {page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md")}
    assert set(re.findall(r"\S+\.md", navigation)) == found


def test_public_names_are_in_the_reference():
    """What `import thalweg` offers is on a page of the reference, by itself or with its module."""
    import thalweg

    reference = "\n".join(page.read_text() for page in (ROOT / "docs" / "reference").glob("*.md"))
    for name in thalweg.__all__:
        offered = getattr(thalweg, name)
        if callable(offered):
            home = f"::: {offered.__module__}"
            assert f"{home}.{name}\n" in reference or f"{home}\n" in reference, name


def test_documented_names_exist():
    from importlib import import_module

    for page in (ROOT / "docs" / "reference").glob("*.md"):
        for line in page.read_text().splitlines():
            if line.startswith("::: "):
                path = line.removeprefix("::: ")
                module, _, name = path.rpartition(".")
                try:
                    import_module(path)
                except ModuleNotFoundError:
                    assert hasattr(import_module(module), name), path
