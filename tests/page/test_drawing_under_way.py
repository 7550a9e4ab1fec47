"""A drawing on its way from where it was drawn to where MNIST has it."""

import json
import subprocess
from pathlib import Path

import numpy as np

from thalweg.data.drawing import draw, draw_unplaced
from thalweg.page import assets

STROKES = json.loads((Path(__file__).parents[1] / "report" / "strokes.json").read_text("utf-8"))
ASKED = """
import { drawUnderWay } from "MODULES/drawing.js";
import { readFileSync } from "node:fs";
const asked = JSON.parse(readFileSync(0, "utf8"));
const pictures = asked.map((strokes) => [0, 0.5, 1].map((part) => [...drawUnderWay(strokes, 28, part)]));
console.log(JSON.stringify([drawUnderWay([[]], 28, 0.5), ...pictures]));
"""


def test_it_begins_and_ends_where_python_draws(node):
    asked = [entry["strokes"] for entry in STROKES]
    told = subprocess.run(
        [node, "--input-type=module", "-e", ASKED.replace("MODULES", assets.STATIC.as_uri())],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    nothing, *found = json.loads(told.stdout)
    assert nothing is None
    for strokes, pictures in zip(asked, found, strict=True):
        begun, half, ended = np.reshape(pictures, (3, 28, 28))
        np.testing.assert_array_equal(begun, draw_unplaced(strokes))
        # moved before it is drawn, not after: what the sums of floats differ by is less than a grey level
        np.testing.assert_allclose(ended, draw(strokes), atol=1)
        assert half.any()
