"""One file an evaluation, by its name: the findings that a run's records give."""
