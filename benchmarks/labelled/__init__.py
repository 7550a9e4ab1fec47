"""Labelled data that ship with packages, and labels of them made wrong: what `audit_any.py` is made of."""
