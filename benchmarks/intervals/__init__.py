"""What every interval of the package really covers: one file a family, each with `cells()`."""
