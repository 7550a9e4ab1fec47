"""The lab in a notebook: the page in a frame, served by the notebook's own process or whole within it."""

from __future__ import annotations

import atexit
import copy
import html
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from thalweg.figures.directories import Kept
from thalweg.lab.opened import opened
from thalweg.lab.site import Site

HEIGHT = 760

_served: dict[tuple[str, ...], Shown] = {}
"""What this process serves, by the paths that it shows."""


class Shown:
    """The lab of a run in a frame. `address` is where it is served, "" for one that stands in the notebook.

    `close()` ends the server, as does the end of the process.
    """

    def __init__(self, site: Site, *, sources: tuple[str, ...], height: int, panel: str, offline: bool):
        self.height, self.panel, self.site = height, panel, site
        self.address = ""
        self._server: Any = None
        if not offline:
            self._serve(sources)

    def with_look(self, panel: str, height: int) -> Shown:
        """Return another frame of the same server."""
        other = copy.copy(self)
        other.panel, other.height = panel, height
        return other

    def close(self) -> None:
        """End the server; the frame shows what it showed last."""
        if self._server is not None:
            self._server.should_exit = True
            self._thread.join(10)
            self._server, self.address = None, ""

    def _serve(self, sources: tuple[str, ...]) -> None:
        from thalweg.lab.server.app import application
        from thalweg.lab.server.serving import Server, listen

        listening = listen("127.0.0.1", None)
        self._server = Server(application(self.site, sources=sources))
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listening]}, daemon=True, name="thalweg-lab"
        )
        self._thread.start()
        self.address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        atexit.register(self.close)

    def _repr_html_(self) -> str:
        look = f'style="width: 100%; height: {self.height}px; border: 0" title="Thalweg lab"'
        if self.address:
            embed = f"?embed=1#panel={self.panel}" if self.panel else ""
            return f'<iframe src="{html.escape(self.address + embed)}" {look}></iframe>'
        return f'<iframe srcdoc="{html.escape(self.site.whole())}" {look}></iframe>'

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        where = self.address or "in this notebook, without a server"
        return f"The lab of {self.site.part('about')['title']}: {where}"


def show(
    sources: Iterable[Kept | str | Path] | Kept | str | Path,
    *,
    panel: str = "",
    height: int = HEIGHT,
    offline: bool = False,
    data_dir: str | None = None,
) -> Shown:
    """Show the lab of a run, with studies and audits beside it, in a notebook.

    Main arguments:
        sources: a run, or several of a run, studies and audits, or their paths.
        panel: one panel alone, such as "noise"; all of the lab by default.

    Other arguments:
        height: of the frame, in pixels.
        offline: put the whole page into the notebook instead of serving it, for a notebook whose reader is on
            another machine; it cannot train then.
        data_dir: where named data sets are looked for first.

    Raises `RunError` for what cannot be opened, and for a panel that there is not.

    Examples:
        >>> from thalweg import lab
        >>> lab.show(run, offline=True)
        The lab of custom on digits: in this notebook, without a server
    """
    from thalweg.errors import RunError, near_match
    from thalweg.lab.panels import NAMES

    if panel and panel not in NAMES:
        raise RunError(
            f"panel={panel!r}: there is no such panel.{near_match(panel, list(NAMES))}",
            hint=f"the panels are {', '.join(NAMES)}.",
        )
    found = opened(sources, data_dir=data_dir)
    kept: list[Kept] = [*([found.given_run] if found.given_run else []), *found.studies, *found.audits]
    paths = tuple(str(each.path) for each in kept)
    kept_shown = _served.get(paths)
    if not offline and kept_shown is not None and kept_shown.address:
        return kept_shown.with_look(panel, height)  # one server a run is enough
    shown = Shown(Site(found), sources=paths, height=height, panel=panel, offline=offline)
    if not offline:
        _served[paths] = shown
    return shown
