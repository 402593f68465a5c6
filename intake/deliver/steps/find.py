"""Finding the card of a delivered lead, so that the log names it."""

from datetime import timedelta

from intake.deliver.attempt import Caller, NotYourTurnError
from intake.deliver.steps.own import NOTHING, Found, find_own
from intake.domain.delivery import Checkpoint, Step
from intake.errors import LeaseLostError, StoreUnavailableError
from intake.store import deliveries, schedule

# The card of a lead that went through the CRM's queue is looked for as often as this.
FIRST_LOOK = timedelta(seconds=15)
MORE_LOOKS = (timedelta(minutes=2), timedelta(minutes=15), timedelta(hours=2))
# Leads that wait to be delivered go first.
GIVE_WAY = timedelta(minutes=1)


def find(caller: Caller, checkpoint: Checkpoint) -> Checkpoint:
    """Look for the card of a delivered lead, so that the log names it.

    Never undoes the delivery: what goes wrong is looked for again a few times, and then
    let be. Leads that wait for this account go first.
    """
    if schedule.others_wait(caller.database, caller.claimed.crm):
        deliveries.look_again(caller.database, caller.claimed, GIVE_WAY, caller.claimed.failures)
        return checkpoint
    found = _find_quietly(caller)
    tries = caller.claimed.failures
    if not found.anything and tries < len(MORE_LOOKS):
        deliveries.look_again(caller.database, caller.claimed, MORE_LOOKS[tries], tries + 1)
        return checkpoint
    reached = checkpoint.after(Step.FIND, lead_id=found.lead_id, deal_id=found.deal_id)
    caller.save(reached)
    deliveries.look_again(caller.database, caller.claimed, None)
    return reached


def _find_quietly(caller: Caller) -> Found:
    try:
        return find_own(caller, Step.FIND, among_deals=False)
    except (LeaseLostError, StoreUnavailableError, NotYourTurnError):
        raise
    except Exception:  # noqa: BLE001  # whatever it is, the lead itself has been delivered
        return NOTHING
