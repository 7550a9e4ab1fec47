"""The lesson's claims, each a statement with a rule, a measurement and a verdict."""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.claims.catalogue import CLAIMS as CLAIMS, measure as measure
    from thalweg.claims.claim import Claim as Claim, Found as Found, Judged as Judged

lazily(__name__)
