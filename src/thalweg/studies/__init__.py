"""Experiments that train populations of their own.

Each is one folder: what it may be asked (`settings.py`, light), the function of its name that makes it
(`study.py`), what is found (`record.py`), helpers beside them.
"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.studies.catalogue import STUDIES as STUDIES, Study as Study, find as find
    from thalweg.studies.memorisation.remembered import remembered as remembered
    from thalweg.studies.recorded import make_study as make_study, resume_study as resume_study

lazily(__name__)
