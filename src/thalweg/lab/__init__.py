"""A page where one draws, predicts, trains, and sees a whole population answer: served, or as one file."""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.lab.exporting import export as export
    from thalweg.lab.opened import Opened as Opened, opened as opened
    from thalweg.lab.showing import show as show

lazily(__name__)
