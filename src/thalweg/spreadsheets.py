"""Tables for spreadsheets, which work out what looks like a formula: text stays text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars

FORMULA = r"^[=+\-@\t\r]"
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection)."""

NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
"""What begins so and is a number, which does no harm: classes are often called -1 and 1."""

MARK = "'"
"""What stands before text that looks like a formula, as it is typed into a spreadsheet to keep it text."""


def as_text(cell: str) -> str:
    """Return a cell with a `'` before it where a spreadsheet would take it for a formula.

    Examples:
        >>> from thalweg.spreadsheets import as_text
        >>> as_text("=1+1"), as_text("-1"), as_text("cat")
        ("'=1+1", '-1', 'cat')
    """
    is_formula = re.search(FORMULA, cell) is not None and re.fullmatch(NUMBER[1:-1], cell) is None
    return MARK + cell if is_formula else cell


def as_typed(cell: str) -> str:
    """Return what `as_text` was given.

    Examples:
        >>> from thalweg.spreadsheets import as_typed
        >>> as_typed("'=1+1"), as_typed("'quoted'")
        ('=1+1', "'quoted'")
    """
    return cell[1:] if cell.startswith(MARK) and as_text(cell[1:]) == cell else cell


def safe(table: polars.DataFrame) -> polars.DataFrame:
    """Return a table whose text, and whose columns' names, no spreadsheet takes for formulas."""
    import polars as pl

    def marked(name: str) -> pl.Expr:
        text = pl.col(name)
        is_formula = text.str.contains(FORMULA) & ~text.str.contains(NUMBER)
        return pl.when(is_formula).then(pl.concat_str(pl.lit(MARK), text)).otherwise(text).alias(name)

    names = [name for name, kind in table.schema.items() if kind == pl.String]
    return table.with_columns(map(marked, names)).rename(as_text)
