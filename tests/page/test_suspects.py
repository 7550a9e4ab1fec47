"""The table of suspicious labels in the report of an audit."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from tests.figures.studies import made_up
from tests.figures.studies.kept import write_audit
from thalweg import figures, report
from thalweg.data.identity import Cells, Identity
from thalweg.page.suspects import LONGEST_SIDE, suspects_of


@pytest.fixture(scope="module")
def of_rows():
    """An audit of a table of 120 rows, of which every second has no second value."""
    found = made_up.audit()
    rows = Identity(row=np.arange(1, 121), id=np.array([f"{number:03d}" for number in range(120)]))
    values = [(f"{place % 11 - 5}.50", "" if place % 2 else "<b>red</b>") for place in found.gallery.tolist()]
    cells = Cells(("width", "colour"), tuple(values))
    return replace(found, identity=rows, gallery_cells=cells, gallery_images=None)


@pytest.fixture(scope="module")
def kept(tmp_path_factory, of_rows):
    return write_audit(of_rows, tmp_path_factory.mktemp("audits") / "rows")


def test_a_row_is_called_and_shown_as_it_stands_in_the_file(kept, of_rows):
    suspects = suspects_of(kept)
    assert suspects.header == ("row", "id", "label", "suggested", "suspicion", "width", "colour")
    assert suspects.leading == 5
    assert suspects.header[suspects.sorted_by] == "suspicion"
    assert "The 120 most suspicious of 120 labels." in suspects.caption
    assert "below the header, is row 1" in suspects.caption
    assert suspects.pictures == ()
    first = of_rows.gallery[0]
    names, suggested = of_rows.class_names, of_rows.suggested
    assert [cell.text for cell in suspects.rows[0][:4]] == [
        str(first + 1),
        f"{first:03d}",
        names[of_rows.labels[first]],
        names[suggested[first]],
    ]
    assert suspects.rows[0][4].number == pytest.approx(of_rows.suspicion[first])
    assert [cell.text for cell in suspects.rows[0][5:]] == list(of_rows.gallery_cells.values[0])


def test_a_picture_stands_beside_its_file(tmp_path):
    found = made_up.audit()
    files = Identity(file=np.array([f"a/{number}.png" for number in range(120)]))
    large = np.repeat(np.repeat(found.gallery_images, 40, 1), 40, 2)
    suspects = suspects_of(write_audit(replace(found, identity=files, gallery_images=large), tmp_path / "a"))
    assert suspects.header == ("file", "label", "suggested", "suspicion")
    assert suspects.rows[0][0].text == f"a/{found.gallery[0]}.png"
    assert len(suspects.pictures) == 120
    import io

    from PIL import Image

    assert Image.open(io.BytesIO(suspects.pictures[0])).size == (LONGEST_SIDE, LONGEST_SIDE)


def test_an_audit_of_before_names_the_place_in_the_split(tmp_path):
    kept = write_audit(made_up.audit(), tmp_path / "a")
    file = kept.path / "audit.json"
    record = json.loads(file.read_text("utf-8"))
    new = suspects_of(kept)
    del record["result"]["suspects"], record["result"]["features"]
    file.write_text(json.dumps(record), "utf-8")
    old = suspects_of(figures.opened(kept.path))
    assert old.header == ("split", "example", "label", "suggested", "suspicion")
    assert [[cell.text for cell in row] for row in old.rows] == [
        [cell.text for cell in row] for row in new.rows
    ]
    notes = [tile.note for tile in figures.findings(figures.opened(kept.path))[0].pictures[0].tiles]
    assert notes[0].endswith(f"train {made_up.audit().gallery[0]}")


def test_the_gallery_names_files_in_full(tmp_path):
    found = made_up.audit()
    files = np.array([f"a folder/with a long, long name/{number}.png" for number in range(120)])
    kept = write_audit(replace(found, identity=Identity(file=files)), tmp_path / "a")
    pictures = figures.findings(kept)[0].pictures[0]
    assert pictures.tiles[0].note.endswith(files[found.gallery[0]])
    assert "the picture's file" in pictures.caption


def test_cells_are_text_and_never_markup(kept, tmp_path):
    page = report.write(kept, tmp_path / "page.html", plots_library=False).read_text("utf-8")
    assert "<b>red</b>" not in page
    assert "&lt;b&gt;red&lt;/b&gt;" in page
    assert '<a href="#suspects">' in page
    assert re.search(r'<th scope="col" aria-sort="descending" class="number">suspicion</th>', page)


@pytest.mark.parametrize("width", [360, 1280])
def test_a_reader_sorts_it_with_the_keyboard(kept, chromium, tmp_path, width):
    path = report.write(kept, tmp_path / "page.html", plots_library=False)
    with chromium.new_context(offline=True, viewport={"width": width, "height": 700}) as context:
        page = context.new_page()
        said = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path.as_uri())

        def column(place):
            return page.locator(f"[data-sortable] tbody tr > :nth-child({place})").all_text_contents()

        heads = page.locator("[data-sortable] thead th")
        before = column(1)
        heads.nth(5).get_by_role("button").focus()
        page.keyboard.press("Enter")
        widths = [float(value) for value in column(6)]
        assert widths == sorted(widths)
        assert widths[0] < 0, "numbers are sorted as numbers, also below zero"
        assert [head.get_attribute("aria-sort") for head in heads.all()] == [*[None] * 5, "ascending", None]
        page.keyboard.press("Space")
        assert [float(value) for value in column(6)] == sorted(widths, reverse=True)
        assert page.locator("[data-sorted]").text_content() == "Sorted by width, descending."
        heads.nth(6).get_by_role("button").click()
        assert column(7) == ["<b>red</b>"] * 60 + [""] * 60, "what is empty stands last"
        heads.nth(6).get_by_role("button").click()
        assert column(7)[-1] == ""
        assert sorted(column(1)) == sorted(before)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert said == []
