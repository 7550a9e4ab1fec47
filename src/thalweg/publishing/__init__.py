"""Publishing: a trained population as a data set that others can cite, and read without this package."""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.publishing.opened import (
        PublishedPopulation as PublishedPopulation,
        load_population as load_population,
    )
    from thalweg.publishing.writing import publish as publish

lazily(__name__)
