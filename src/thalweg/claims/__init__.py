"""The lesson's claims, each a statement with a rule, a measurement and a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.claims.catalogue import CLAIMS as CLAIMS
    from thalweg.claims.catalogue import measure as measure
    from thalweg.claims.claim import Claim as Claim
    from thalweg.claims.claim import Found as Found
    from thalweg.claims.claim import Judged as Judged

lazily(__name__)
