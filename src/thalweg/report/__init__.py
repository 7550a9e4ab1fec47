"""One HTML file that says what was trained and what was found of it. Read from records only, without JAX."""

from thalweg.report.writing import Written as Written
from thalweg.report.writing import write as write
from thalweg.report.writing import write_described as write_described

__all__ = ["Written", "write", "write_described"]
