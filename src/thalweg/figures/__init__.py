"""One figure a finding, drawn from what a run, a study or a label audit holds. Nothing is computed again.

```python
from thalweg import figures

for finding in figures.findings("runs/..."):
    finding.figure.show()
```
"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.figures.directories import opened as opened
    from thalweg.figures.facts import Facts as Facts
    from thalweg.figures.finding import Finding as Finding, Picture as Picture, Table as Table
    from thalweg.figures.making import draw as draw, findings as findings, of as of
    from thalweg.figures.overlaying import overlaid as overlaid
    from thalweg.figures.saving import save as save

lazily(__name__)
