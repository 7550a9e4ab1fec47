"""What does every interval of the package really cover?

    python benchmarks/coverage.py                 every cell, and the page docs/coverage.md
    python benchmarks/coverage.py outliers        one family, printed alone
    python benchmarks/coverage.py --quick         a tenth of the repeats, printed alone

An interval at 95 % promises to hold the truth in 95 of 100 experiments. Here experiments are simulated in
which the truth is known; families of intervals are files of benchmarks/intervals/.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import intervals
from intervals.cells import Cell, Found, try_out

PAGE = Path(__file__).parent.parent / "docs" / "coverage.md"
NOT_FAMILIES = {"cells", "tables", "probabilities", "page"}


def main() -> None:
    """Try the cells that are asked for; write the page when they are all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("families", nargs="*", help=f"some of {', '.join(families())}")
    parser.add_argument("--quick", action="store_true", help="a tenth of the repeats")
    asked = parser.parse_args()
    chosen = asked.families or families()
    found = {family: list(_tried(family, 10 if asked.quick else 1)) for family in chosen}
    if not asked.families and not asked.quick:
        from intervals.page import page

        PAGE.write_text(page(found), "utf-8")


def families() -> list[str]:
    """Return the names of all families of intervals."""
    names = [module.name for module in pkgutil.iter_modules(intervals.__path__)]
    return [name for name in names if name not in NOT_FAMILIES]


def _tried(family: str, fewer: int) -> Iterator[Found]:
    cells = _cells(family)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(_try, [family] * len(cells), range(len(cells)), [fewer] * len(cells)):
            for each in found:
                print(line(each), flush=True)
                yield each


def _cells(family: str) -> list[Cell]:
    return importlib.import_module(f"intervals.{family}").cells()


def _try(family: str, place: int, fewer: int) -> list[Found]:
    cell = _cells(family)[place]
    return try_out(replace(cell, repeats=max(20, cell.repeats // fewer)))


def line(found: Found) -> str:
    """Return one method in one cell, as the terminal shows it."""
    low, high = found.interval
    mark = "  " if found.holds else "* "
    return (
        f"{mark}{found.of:<44} {found.setting:<44} {found.method:<28}"
        f" covers {found.coverage:.3f} [{low:.3f}, {high:.3f}]  width {found.width:.4f}"
        f"  without width {found.points}  not printed {found.repeats - found.printed}"
    )


if __name__ == "__main__":
    main()
