"""Made-up studies and audits, kept in directories as those that were made are."""

from __future__ import annotations

from thalweg import figures, runs, spec

DATA = {"name": "digits", "source": "digits", "hash": "0" * 64, "train": 60, "test": 20, "label_column": None}
FACTS = {"seed": 3, "data": DATA, "command": ["thalweg", "study"], "seconds": 2.5, "versions": {"numpy": "2"}}


def write_study(name, made, out):
    """Keep a made-up study in `out`, as a study that was made is kept."""
    settings, record = made
    kept = runs.create_study(out, name=name, record={"settings": spec.to_table(settings), **FACTS})
    kept.finish(record.to_json(), record.arrays(), getattr(record, "tables", dict)())
    return runs.open_study(out)


def write_audit(found, out):
    """Keep a made-up audit in `out`, as `thalweg audit` does."""
    from thalweg.runs.audit import AuditRun
    from thalweg.studies.label_audit.kept import write_audit as write

    out.mkdir()
    record = {"format": 1, "split": "train", "members": 20, "share": 0.7, "recipe": {"name": "tiny"}, **FACTS}
    write(AuditRun(out, record), found, seconds=1.5)
    return figures.opened(out)
