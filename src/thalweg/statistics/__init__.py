"""Statistics of crossed data, usable without evaluations: luck of starts, luck of examples, both."""
