"""What does every interval of the package really cover?

    python benchmarks/coverage.py                 every cell, and the page docs/coverage.md
    python benchmarks/coverage.py outliers        one family, printed alone
    python benchmarks/coverage.py outliers --page one family, in the page; the others stay there as they are
    python benchmarks/coverage.py --quick         a tenth of the repeats, printed alone
    python benchmarks/coverage.py --keep DIR      what is found is kept there, and not tried again

An interval at 95 % promises to hold the truth in 95 of 100 experiments. Here experiments are simulated in
which the truth is known; families of intervals are files of benchmarks/intervals/. What was kept of an older
version of the package is not told from new: give another folder, or delete the family's file.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import intervals
from intervals.cells import Cell, Found, try_out

PAGE = Path(__file__).parent.parent / "docs" / "coverage.md"
NOT_FAMILIES = {"before", "cells", "tables", "probabilities", "page"}


def main() -> None:
    """Try the cells that are asked for; write the page when they are all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("families", nargs="*", help=f"some of {', '.join(families())}")
    parser.add_argument("--quick", action="store_true", help="a tenth of the repeats")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where what is found is kept")
    parser.add_argument("--page", action="store_true", help="put these families into the page")
    asked = parser.parse_args()
    chosen = asked.families or families()
    found = {family: list(_tried(family, 10 if asked.quick else 1, asked.keep)) for family in chosen}
    if not asked.quick and (asked.page or not asked.families):
        from intervals.page import page

        before = PAGE.read_text("utf-8") if asked.families else ""
        PAGE.write_text(page(found, before), "utf-8")


def families() -> list[str]:
    """Return the names of all families of intervals."""
    names = [module.name for module in pkgutil.iter_modules(intervals.__path__)]
    return [name for name in names if name not in NOT_FAMILIES]


def _tried(family: str, fewer: int, keep: Path | None) -> Iterator[Found]:
    cells = _cells(family)
    kept = {} if keep is None else _kept(keep / f"{family}.jsonl")
    left = [place for place, cell in enumerate(cells) if _key(cell, fewer) not in kept]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        tried = pool.map(_try, [family] * len(left), left, [fewer] * len(left))
        for cell in cells:
            found = kept.get(_key(cell, fewer))
            if found is None:
                found = next(tried)
                _keep(keep, family, found)
            for each in found:
                print(line(each), flush=True)
                # where it is said may have changed since it was kept
                yield replace(each, named=cell.named)


def _key(cell: Cell, fewer: int) -> tuple[str, str, int]:
    return cell.interval, cell.setting, _repeats(cell, fewer)


def _repeats(cell: Cell, fewer: int) -> int:
    return max(20, cell.repeats // fewer)


def _kept(file: Path) -> dict[tuple[str, str, int], list[Found]]:
    """Return what was found by cell and repeats; a last line that was cut short is tried again."""
    cells: dict[tuple[str, str, int], list[Found]] = {}
    for text in file.read_text("utf-8").splitlines() if file.exists() else []:
        try:
            found = [Found(**each) for each in json.loads(text)]
        except json.JSONDecodeError:
            continue
        cells[found[0].of, found[0].setting, found[0].repeats] = found
    return cells


def _keep(folder: Path | None, family: str, found: list[Found]) -> None:
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{family}.jsonl").open("a", encoding="utf-8") as file:
        # on a line of its own, also where the last one was cut short
        file.write("\n" + json.dumps([asdict(each) for each in found]))


def _cells(family: str) -> list[Cell]:
    return importlib.import_module(f"intervals.{family}").cells()


def _try(family: str, place: int, fewer: int) -> list[Found]:
    cell = _cells(family)[place]
    return try_out(replace(cell, repeats=_repeats(cell, fewer)))


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
