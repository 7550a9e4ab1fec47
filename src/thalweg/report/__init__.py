"""One HTML file that says what was trained and what was found of it. Read from records only, without JAX."""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.report.writing import Written as Written, write as write, write_described as write_described

lazily(__name__)
