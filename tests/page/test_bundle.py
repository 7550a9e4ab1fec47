import subprocess

import pytest

from thalweg.page import assets
from thalweg.page.bundle import bundle, exports


@pytest.fixture
def modules(tmp_path):
    """Write modules by name; return their folder."""

    def write(**codes):
        for name, code in codes.items():
            (tmp_path / f"{name}.js").write_text(code, "utf-8")
        return tmp_path

    return write


def test_the_report_is_one_script():
    code = bundle(assets.STATIC / "report.js")
    assert "\nimport " not in code
    assert "\nexport " not in code
    assert code.index("function draw(") < code.index("class Pad") < code.index("startPad();")
    assert "</script" not in code.lower()


def test_modules_keep_their_names_to_themselves(modules, node):
    folder = modules(
        first="const OWN = 1;\nexport function one() { return OWN; }\nexport const TWO = 2, THREE = 3;\n",
        second=(
            'import { one as uno,\n  TWO } from "./first.js";\nconst OWN = 10;\n'
            "export class Sum { get() { return uno() + TWO + OWN; } }\n"
        ),
        main=(
            'import { Sum } from "./second.js";\nimport { one } from "./first.js";\n'
            "console.log(new Sum().get(), one());\n"
        ),
    )
    code = bundle(folder / "main.js")
    said = subprocess.run([node, "-e", code], capture_output=True, text=True, check=True).stdout
    assert said == "13 1\n"
    assert code.count("function one") == 1
    assert exports(folder / "second.js") == ["Sum"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ('import { missing } from "./other.js";\n', "main.js imports missing: not in other.js"),
        ('import other from "./other.js";\n', "not understood: import other"),
        ("export default 3;\n", "not understood: export default"),
        ('import { here } from "./main.js";\n', "imports itself"),
    ],
)
def test_what_is_not_understood_is_named(modules, code, words):
    folder = modules(other="export function here() {}\n", main=code)
    with pytest.raises(ValueError, match=words):
        bundle(folder / "main.js")
