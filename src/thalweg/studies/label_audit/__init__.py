"""Which labels are wrong, and how many? (noisy labels, confident learning)"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.studies.label_audit.audit import audit as audit
    from thalweg.studies.label_audit.record import LabelAudit as LabelAudit

lazily(__name__)
