"""Strokes as the address of the lab holds them."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from thalweg.lab import site

ASKED = """
import { readStrokes, writeStrokes } from "MODULE";
import { readFileSync } from "node:fs";
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map((strokes) => {
  const text = writeStrokes(strokes);
  return { text, read: readStrokes(text) };
})));
"""


@pytest.fixture(scope="module")
def written(node):
    """Write strokes and read them again: [{text, read}]."""
    module = Path(site.__file__).parent / "static" / "draw" / "written.js"

    def write(*drawings):
        told = subprocess.run(
            [node, "--input-type=module", "-e", ASKED.replace("MODULE", module.as_uri())],
            input=json.dumps(drawings),
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(told.stdout)

    return write


def test_strokes_come_back(written):
    generator = np.random.default_rng(0)
    strokes = [generator.uniform(size=(count, 2)).tolist() for count in (1, 7, 30)]
    nothing, found = written([], strokes)
    assert nothing == {"text": "", "read": []}
    assert found["text"].startswith("_")  # no text of digits alone, which an address would take for a number
    for stroke, read in zip(strokes, found["read"], strict=True):
        np.testing.assert_allclose(read, stroke, atol=0.5 / 4095 + 1e-9)


def test_a_long_drawing_leaves_points_out_and_one_far_too_long_stays_out(written):
    angles = np.linspace(0, 2 * np.pi, 2000)
    ring = [np.stack([0.5 + 0.3 * np.cos(angles), 0.5 + 0.3 * np.sin(angles)], axis=1).tolist()]
    scribble = [np.random.default_rng(1).uniform(size=(2000, 2)).tolist()]
    short, none = written(ring, scribble)
    assert 0 < len(short["text"]) <= 3000
    np.testing.assert_allclose(np.hypot(*(np.array(short["read"][0]) - 0.5).T), 0.3, atol=1e-3)
    assert none["text"] == ""
