"""Many machines: members trained on a Ray cluster."""
