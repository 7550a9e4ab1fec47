"""Make the pictures of the guide when the site is built: nothing that can be made is kept beside the text.

A page asks with a comment:

- `<!-- figure: NAME -->`: a figure of a run of the guide's own networks, by the name of its finding;
- `<!-- pictures: NAME -->`: the pictures of such a finding (weights, hardest digits);
- `<!-- live pad -->`: the report of that run, with the pad that its networks answer;
- `<!-- screenshot of the report -->`: how the report looks; nothing where there is no Chromium.

The run is that of the guide: eight networks of `classic`, seed 0, on the digits that come with Thalweg.
Nothing is asked of the network. `THALWEG_DOCS_WITHOUT_PICTURES=1` leaves all of it out, for whoever mends a
sentence.
"""

from __future__ import annotations

import html
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

FOLDER = "made"
MARK = re.compile(r"<!-- (figure|pictures): ([a-z-]+) -->|<!-- (live pad|screenshot of the report) -->")
MEMBERS, SEED, RECIPE = 8, 0, "classic"
MEASURED = "accuracy,calibration,noise,diversity,features,connectivity"
WITHOUT = "THALWEG_DOCS_WITHOUT_PICTURES"
SCRIPT = Path(__file__).parents[1] / "_assets" / "figures.js"


@dataclass(frozen=True)
class Made:
    """What was made: the findings by name, and every file to go beside the pages, by its name."""

    findings: dict[str, Any]
    files: dict[str, bytes]


def on_files(files: Any, config: Any) -> Any:
    """Put what was made beside the pages (an event of MkDocs)."""
    from mkdocs.structure.files import File

    if not os.environ.get(WITHOUT):
        for name, content in made().files.items():
            files.append(File.generated(config, f"{FOLDER}/{name}", content=content))
    return files


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Replace the comments by what they ask for (an event of MkDocs)."""
    if MARK.search(markdown) is None:
        return markdown
    if os.environ.get(WITHOUT):
        return MARK.sub("", markdown)
    from mkdocs.utils import get_relative_url

    return written(markdown, made(), lambda name: get_relative_url(f"{FOLDER}/{name}", page.url))


def written(markdown: str, found: Made, address: Callable[[str], str]) -> str:
    """Return the page with its pictures; `address` says where a file stands, as seen from it.

    Raises `KeyError` for a finding that the run does not have: a page must not promise what is not there.
    """
    drawn: list[str] = []

    def picture(match: re.Match[str]) -> str:
        kind, name, other = match.groups()
        if kind == "figure":
            drawn.append(name)
            return _figure(found.findings[name])
        if kind == "pictures":
            return "\n".join(_pictures(found.findings[name], address))
        return _pad(address) if other == "live pad" else _screenshot(found, address)

    page = MARK.sub(picture, markdown)
    return f'{page}\n\n<script defer src="{address("figures.js")}"></script>\n' if drawn else page


@cache
def made() -> Made:
    """Train, measure and draw, once a build."""
    from thalweg import data, figures, recording, report
    from thalweg.training import Recipe

    folder = Path(mkdtemp(prefix="thalweg-docs-"))
    digits = data.load("digits")
    run = recording.train_run(
        Recipe.load(RECIPE),
        digits,
        members=MEMBERS,
        seed=SEED,
        out=folder / "guide",
        command=tuple(f"thalweg train --data digits --recipe {RECIPE} --members {MEMBERS}".split()),
    )
    recording.evaluate_run(run, only=MEASURED, dataset=digits)
    page = report.write(run, folder / "report.html", plots_library=False)
    findings = {finding.name: finding for finding in figures.findings(run)}
    files = {"report.html": page.read_bytes(), "figures.js": _script().encode("utf-8")}
    for finding in findings.values():
        for place, one in enumerate(finding.pictures, start=1):
            files[f"{finding.name}-{place}.png"] = one.png
    shot = _photographed(report.write(run, folder / "whole.html"))
    shutil.rmtree(folder, ignore_errors=True)
    return Made(findings, files | ({} if shot is None else {"report.png": shot}))


def _script() -> str:
    from thalweg.page import assets
    from thalweg.page.bundle import bundle

    colours = bundle(assets.STATIC / "colours.js")
    return "\n".join([assets.plots_library(), colours, SCRIPT.read_text("utf-8")])


def _figure(finding: Any) -> str:
    from thalweg.report.pages import figure_json

    title = html.escape(finding.title)
    return (
        f'<figure class="made"><div class="plot" role="img" data-figure="made-{finding.name}" '
        f'aria-label="Chart: {title}"></div>'
        f'<script type="application/json" id="made-{finding.name}">{figure_json(finding)}</script>'
        f"<figcaption>{title}. {html.escape(finding.how)}</figcaption></figure>"
    )


def _pictures(finding: Any, address: Callable[[str], str]) -> list[str]:
    places = range(1, len(finding.pictures) + 1)
    captions = [html.escape(each.caption) for each in finding.pictures]
    return [
        f'<figure class="made"><img src="{address(f"{finding.name}-{place}.png")}" alt="{caption}" '
        f'loading="lazy"><figcaption>{caption}</figcaption></figure>'
        for place, caption in zip(places, captions, strict=True)
    ]


def _pad(address: Callable[[str], str]) -> str:
    where = address("report.html")
    return (
        f'<figure class="made"><iframe class="pad" title="The pad: draw, and eight networks answer" '
        f'src="{where}#draw" loading="lazy"></iframe><figcaption>Draw a digit: the guide\'s eight networks '
        f'answer, here in the page. <a href="{where}">The whole report</a>.</figcaption></figure>'
    )


def _screenshot(found: Made, address: Callable[[str], str]) -> str:
    if "report.png" not in found.files:
        return ""
    words = "The beginning of a report: what was trained, the headline numbers, and what is below."
    return (
        f'<figure class="made"><img src="{address("report.png")}" alt="{words}" loading="lazy">'
        f"<figcaption>{words}</figcaption></figure>"
    )


def _photographed(page: Path) -> bytes | None:
    """Return a picture of the top of the page, or None where there is no Chromium to make it."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("THALWEG_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        return None
    if path is None:
        return None
    try:
        with sync_playwright() as running:
            browser = running.chromium.launch(executable_path=path, args=["--no-sandbox"])
            context = browser.new_context(viewport={"width": 960, "height": 900}, offline=True)
            shown = context.new_page()
            shown.goto(page.as_uri())
            shown.wait_for_selector("footer")
            picture = shown.screenshot()
            browser.close()
            return picture
    except Error:  # a browser that does not start costs a picture, not the site
        return None
