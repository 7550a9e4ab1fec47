"""Damage to tables of text: cells, separators, quotation marks, encodings."""

from __future__ import annotations

import random

CELLS = (
    *(
        "",
        " ",
        "nan",
        "NaN",
        "inf",
        "-inf",
        "1e999",
        "9" * 400,
        "1,5",
        "1.234,5",
        "0x10",
        "true",
        "2024-99-99",
    ),
    *('"', '""', '"a\nb"', "'", "=1+1", "\0", "é", "\ufeff", "\x1b[2J", "x" * 70_000, "-", "#", "\r", "-0"),
    *(
        "0001-01-01",
        "9999-12-31 23:59:59",
        "12345678901234567890",
        "1_000",
        "١٢",
        "%",
        "None",
        "wrong",
        "unsure",
    ),
)


def cells(content: bytes, chance: random.Random) -> bytes:
    """Change cells, rows, columns or the encoding of a table."""
    written = content.decode("utf-8", "surrogateescape")
    separator = max(",;\t|", key=written.split("\n", 1)[0].count)
    rows = [line.split(separator) for line in written.split("\n")]
    row = chance.randrange(len(rows))
    way = chance.randrange(9)
    if way == 0:
        rows[row][chance.randrange(len(rows[row]))] = chance.choice(CELLS)
    elif way == 1:
        column = chance.randrange(len(rows[0]))
        for each in rows[chance.choice((0, 1)) :]:
            if column < len(each):
                each[column] = chance.choice(CELLS) if chance.random() < 0.5 else CELLS[row % len(CELLS)]
    elif way == 2:
        rows[row] = rows[row] * chance.choice((2, 300))
    elif way == 3:
        rows[row:row] = [rows[row]] * chance.choice((1, 20))
    elif way == 4:
        del rows[row]
    elif way == 5:
        rows[0] = chance.choice((rows[-2:][0], [rows[0][0]] * len(rows[0]), [""] * len(rows[0])))
    elif way == 6:
        return written.encode(chance.choice(("utf-16", "utf-32", "utf-8-sig", "utf-16-be")), "replace")
    elif way == 7:
        separator = chance.choice((",", ";", "\t", "|", " ", "\0", "\r"))
    else:
        rows = [each[: chance.randrange(1, 4)] for each in rows] if chance.random() < 0.3 else rows[:1]
    return "\n".join(separator.join(each) for each in rows).encode("utf-8", "surrogateescape")
