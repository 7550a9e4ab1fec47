"""One figure a finding, drawn from what a run, a study or a label audit holds. Nothing is computed again.

```python
from thalweg import figures

for finding in figures.findings("runs/..."):
    finding.figure.show()
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.figures.directories import opened as opened
    from thalweg.figures.facts import Facts as Facts
    from thalweg.figures.finding import Finding as Finding
    from thalweg.figures.finding import Picture as Picture
    from thalweg.figures.finding import Table as Table
    from thalweg.figures.making import draw as draw
    from thalweg.figures.making import findings as findings
    from thalweg.figures.making import of as of
    from thalweg.figures.saving import save as save

lazily(__name__)
