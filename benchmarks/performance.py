"""Make docs/performance.md: every table of speed by the script that measures it, one after the other.

The page keeps what was measured before of the parts that are not asked for. An idle machine, and about an
hour; the part `population` needs the peers (`pip install '.[peers]'`), and so does `record`.

    python benchmarks/performance.py
    python benchmarks/performance.py --only scaling million
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"

INTRODUCTION = """# Performance

How fast it is, beside others on the same cores in the same minutes, how that grows with the population, and
how long a whole command takes. Machines are noisy: what is to be compared was measured in turn, in one run,
and each part says on what. Made by `python benchmarks/performance.py`.
"""

PARTS = {
    "population": (
        "The same population, five ways",
        "`native` is Thalweg with the kernel that is built where a C++ compiler is, `xla` without.",
        "population.py --members 64 256 --batch-size 32 10 128 --rounds 3",
    ),
    "scaling": (
        "From one network to 16,384",
        "Of 784-16-16-10 on 10,000 images of MNIST, each row a process of its own.",
        "scaling.py",
    ),
    "million": (
        "A million networks",
        "Foretold from ten thousand that were trained.",
        "million.py",
    ),
    "record": (
        "Time to accuracy",
        "Whole processes, from a start by chance, data read and results written included.",
        "record.py --peer",
    ),
    "waits": (
        "What a user waits for",
        "Whole commands on the embedded digits: the first time, and again with what was compiled before.",
        "waits.py",
    ),
}


def part(name: str) -> str:
    """Measure a part; return its piece of the page."""
    title, sentence, words = PARTS[name]
    script, *options = words.split()
    command = [sys.executable, str(Path(__file__).parent / script), *options]
    said = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout.strip()
    if not re.search(r"^\|", said, re.MULTILINE) and "\n" in said:  # columns rather than a table of Markdown
        said = f"```text\n{said}\n```"
    return f"## {title}\n\n{sentence} `python benchmarks/{words}`\n\n{said}\n"


def parts_of(page: str) -> dict[str, str]:
    """Return the parts of a page by name, as they stand in it."""
    pieces = {piece.split("\n", 1)[0]: piece for piece in re.split(r"^(?=## )", page, flags=re.MULTILINE)[1:]}
    titles = {f"## {title}": name for name, (title, _, _) in PARTS.items()}
    return {titles[head]: piece for head, piece in pieces.items() if head in titles}


def main() -> None:
    """Measure the parts that are asked for, and write the page after each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="+", default=list(PARTS), choices=list(PARTS))
    options = parser.parse_args()
    for name in options.only:
        found = parts_of(PAGE.read_text("utf-8")) if PAGE.exists() else {}
        found[name] = part(name)
        pieces = [found[each].rstrip() + "\n" for each in PARTS if each in found]
        PAGE.write_text("\n".join([INTRODUCTION, *pieces]), "utf-8")
        print(f"{name}: written", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
