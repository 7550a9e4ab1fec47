"""Asking the lab's modules of JavaScript for numbers, in Node.js."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from thalweg.lab import site
from thalweg.page.bundle import exports

STATIC = Path(site.__file__).parent / "static"


def asked(node: str, names: list[str], body: str, given: Any) -> Any:
    """Return what a function with this `body` returns, of `given` and the exports of the modules `names`.

    Names are paths in the lab's static folder, without .js. Arrays of floats come back as lists.
    """
    paths = [(STATIC / f"{name}.js").resolve() for name in names]
    imports = [f'import {{ {", ".join(exports(path))} }} from "{path.as_uri()}";' for path in paths]
    code = "\n".join(
        [
            *imports,
            'import { readFileSync } from "node:fs";',
            'const given = JSON.parse(readFileSync(0, "utf8"));',
            f"const found = (() => {{ {body} }})();",
            "const listed = (_, value) => (ArrayBuffer.isView(value) ? [...value] : value);",
            "console.log(JSON.stringify(found, listed));",
        ]
    )
    told = subprocess.run(
        [node, "--input-type=module", "-e", code],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)
