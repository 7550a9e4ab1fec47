"""The application and the server of a small lab."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.lab.server.asking import Client, serving


@pytest.fixture(scope="session")
def site(digits_run):
    from thalweg.lab.opened import opened
    from thalweg.lab.site import Site

    return Site(opened(digits_run))


@pytest.fixture(scope="session")
def ask(site):
    """A client of the application, with no process that trains behind it: `ask.get("/api/parts/about")`."""
    return client_of(site)


@pytest.fixture
def asking():
    """Make such a client for another site or another guard: `asking(site, token="word")`."""
    return client_of


def client_of(site, *, base_url="http://127.0.0.1", **options):
    from thalweg.lab.server.app import application

    return Client(application(site, **options), base_url)


@pytest.fixture(scope="session")
def server(finished_run):
    """A real server, with a process that trains on a few small pictures: `.address`, `.trainings`."""
    from thalweg.lab.opened import opened
    from thalweg.lab.server.app import application
    from thalweg.lab.site import Site

    app = application(Site(opened(finished_run)), sources=[str(finished_run.path)])
    with serving(app) as address:
        yield SimpleNamespace(address=address, trainings=app.state.trainings)
