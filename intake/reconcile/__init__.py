"""Holding our log against the CRM's list of leads, every night and when asked.

`intake.domain.reconciliation` decides; `look` asks the CRM, at a pace that leaves the
deliveries their turns; `compare` puts the two together; `nightly` waits for the hour.
"""

from intake.reconcile.compare import Outcome, Reconciler
from intake.reconcile.nightly import Night, keep_reconciling

__all__ = ["Night", "Outcome", "Reconciler", "keep_reconciling"]
