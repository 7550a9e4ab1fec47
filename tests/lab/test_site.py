import pytest

from thalweg.lab.panels import NAMES

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", NAMES)
def test_every_panel_opens_offline(visit, lab_file, name):
    from tests.browsing import until

    page = visit(f"{lab_file}#panel={name}")
    until(page, f"['yes', 'missing'].includes(document.querySelector('[data-panel={name}]')?.dataset.ready)")
    assert page.said == []
    assert len(page.asked) == 1
