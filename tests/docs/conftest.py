"""Pages run beside other tests: were each to use all cores for linear algebra, all would wait."""

import pytest
from threadpoolctl import threadpool_limits


@pytest.fixture(autouse=True)
def one_thread():
    with threadpool_limits(1):
        yield
