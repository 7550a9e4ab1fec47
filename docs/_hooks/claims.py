"""Write the table of the lesson's claims where a page says so, at build time, from the claims themselves.

A page asks for it with the comment `<!-- table of claims -->`.
"""

from __future__ import annotations

from typing import Any

MARK = "<!-- table of claims -->"


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Replace the comment by the table (an event of MkDocs)."""
    return markdown.replace(MARK, table()) if MARK in markdown else markdown


def table() -> str:
    """Return a Markdown table: number, statement, time in the lesson, rule, and what measures it."""
    from thalweg.claims import CLAIMS

    rows = [
        f"| {claim.id} | {claim.statement} | {claim.source} | {claim.rule} | {claim.evaluation} |"
        for claim in CLAIMS
    ]
    return "\n".join(
        [
            "| | claim | in the lesson | rule, written before measuring | measured by |",
            "|---|---|---|---|---|",
            *rows,
        ]
    )
