"""Figures of studies and of label audits: one file a study, each with `draw(drawing)`."""
