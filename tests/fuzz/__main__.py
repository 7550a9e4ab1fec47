"""`python -m tests.fuzz`: damage, read, count. See `tests.fuzz`."""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz import samples
from tests.fuzz.readers import READERS
from tests.fuzz.work import ABORTED, FAULTS, FOREIGN, READ, REFUSED, TOO_LARGE, TOO_SLOW, Outcome, outcomes

COLUMNS = (READ, REFUSED, FOREIGN, ABORTED, TOO_SLOW, TOO_LARGE)
TITLES = ("mutations", "read", "refused", "foreign", "aborts", "over 5 s", "over 1 GB", "slowest", "most")
SHOWN = 12
"""Kinds of faults of a reader that are shown, each with its number and its first mutation."""


def jobs(names: list[str], mutations: int | None, until: float, first: int) -> Iterator[tuple[str, int]]:
    """Yield readers in turn, each with the number of its next mutation, until there are enough."""
    for number in itertools.count(first):
        if mutations is not None and number >= first + mutations:
            return
        for name in names:
            if time.monotonic() > until:
                return
            yield name, number


@dataclass
class Found:
    """What became of mutations: how many of each kind, the `slowest` in seconds, and most bytes `taken`."""

    counts: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    taken: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count one."""
        self.counts[outcome.kind] += 1
        self.slowest, self.taken = max(self.slowest, outcome.seconds), max(self.taken, outcome.taken)

    def line(self, name: str) -> str:
        """Return it as a line."""
        numbers = "".join(f"{self.counts[kind]:>11,}" for kind in COLUMNS)
        most = f"{self.slowest:>9.2f} s{self.taken / 1e6:>8.0f} MB"
        return f"{name:20}{self.counts.total():>11,}{numbers}{most}"


def table(found: dict[str, Found]) -> str:
    """Return what became of all mutations, a line a reader, with the slowest and the largest of each."""
    lines = [f"{'reader':20}" + "".join(f"{title:>11}" for title in TITLES)]
    total = Found()
    for name, one in found.items():
        total.counts.update(one.counts)
        total.slowest, total.taken = max(total.slowest, one.slowest), max(total.taken, one.taken)
        lines.append(one.line(name))
    return "\n".join([*lines, total.line("all")])


def faults(found: list[Outcome]) -> str:
    """Return the kinds of faults, each with how often it came and the mutation that shows it again."""
    kinds: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for each in found:
        kinds[each.reader, each.said.split(": ")[0]].append(each)
    lines, shown = [], Counter[str]()
    for (reader, _), those in sorted(kinds.items(), key=lambda item: -len(item[1])):
        shown[reader] += 1
        if shown[reader] <= SHOWN:
            first = those[0]
            lines.append(
                f"{len(those):6} x {reader} {first.number} ({first.file}): {first.kind}: {first.said}"
            )
    return "\n".join(lines)


def main() -> int:
    """Read damaged files and print what became of them; 1 where any ended in another way than it may."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=samples.__doc__)
    parser.add_argument("reader", nargs="*", help=f"of {', '.join(READERS)}; all by default")
    parser.add_argument("--minutes", type=float, help="until this time is over")
    parser.add_argument("--mutations", type=int, help="of each reader (100 where no time is given)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first mutation")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=max(1, (os.cpu_count() or 1) // 2))
    parser.add_argument("--samples", type=Path, help="a folder where samples are kept, or will be")
    parser.add_argument("--report", type=Path, help="also write table and faults to this file as it goes")
    options = parser.parse_args()
    names = options.reader or list(READERS)
    unknown = [name for name in names if name not in READERS]
    if unknown:
        parser.error(f"there is no reader {unknown[0]!r}")
    mutations = 100 if options.minutes is None and options.mutations is None else options.mutations
    until = time.monotonic() + 60 * options.minutes if options.minutes else float("inf")
    memory = Path("/dev/shm")  # thousands of folders are made and deleted there
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as scratch:
        folder = options.samples or Path(scratch)
        kinds = dict.fromkeys(READERS[name].samples for name in names)
        samples.write(folder, tuple(kind for kind in kinds if not (folder / kind).is_dir()))
        found = {name: Found() for name in names}
        wrong: list[Outcome] = []
        wanted = jobs(names, mutations, until, options.first)
        for done, outcome in enumerate(outcomes(wanted, folder, seed=options.seed, workers=options.workers)):
            found[outcome.reader].add(outcome)
            if outcome.kind in FAULTS:
                wrong.append(outcome)
            if options.report and done % 100 == 99:
                options.report.write_text(f"{table(found)}\n\n{faults(wrong)}\n", "utf-8")
    said = f"{table(found)}\n\n{faults(wrong)}\n" if wrong else f"{table(found)}\n"
    sys.stdout.write(said)
    if options.report:
        options.report.write_text(said, "utf-8")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
