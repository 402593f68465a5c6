"""Add a comment to the deal, once."""

from functools import partial

from intake.deliver.attempt import Caller
from intake.deliver.steps.deal import deal_of
from intake.deliver.steps.looking import answer, late, let_settle, may_come_late, pages
from intake.domain.delivery import Checkpoint, Step
from intake.domain.json import JsonObject
from intake.domain.lead_payload import NUMBER_LINE
from intake.domain.wording import fill
from intake.envybox import LogEntry, NotFound, Page
from intake.store.attempts import Intent

# A comment among the kinds of entries of a deal's log (API reference, "Enumerations").
COMMENT_KIND = 2010
LISTED = 50
TWICE = (
    "Возможно, этот комментарий стоит в сделке дважды: ответа на прошлую отправку не было, "
    "а выяснить, дошла ли она, CRM не дала."
)


def comment(caller: Caller, checkpoint: Checkpoint) -> Checkpoint:
    """Add the site's comment to the deal."""
    claimed, site = caller.claimed, caller.site
    text = fill(site.deal_comment or "", claimed.lead, site, claimed.number)
    if claimed.number not in text:
        text = f"{text}\n{NUMBER_LINE.format(number=claimed.number)}".strip()
    deal_id = deal_of(caller, Step.COMMENT, checkpoint)
    reached = checkpoint.after(Step.COMMENT, deal_id=deal_id)
    try:
        return add_comment(caller, Step.COMMENT, deal_id, text, reached)
    except NotFound:
        raise late(caller, "Сделка") from None


def add_comment(
    caller: Caller, step: Step, deal_id: int, text: str, reached: Checkpoint
) -> Checkpoint:
    """Add a comment that carries the submission's number, unless it stands there already.

    Looked for after an unanswered attempt only. Raises NotFound for a deal that is not there.
    """
    twice = False
    if step in caller.claimed.unsettled:
        stands = answer(caller, lambda: comment_stands(caller, step, deal_id))
        if stands:
            return caller.save(reached)
        let_settle(caller, step)
        twice = stands is None or may_come_late(caller, step)
    if twice and step is Step.JOIN:
        # This comment is the lead itself.
        reached = caller.save(caller.claimed.checkpoint.doubted()).after(step)
    request: JsonObject = {"deal_id": deal_id, "comment": text}
    caller.call(
        Intent(step, "deal/createComment", request, effect=True),
        lambda crm: crm.deals.create_comment(deal_id, text),
        lambda _: reached,
        lambda _: TWICE if twice else None,
    )
    return reached


def comment_stands(caller: Caller, step: Step, deal_id: int) -> bool | None:
    """Whether our comment stands in the deal's log; None where the log is too long to tell."""
    complete = False
    for page in pages(partial(_page, caller, step, deal_id)):
        if any(_is_ours(caller, entry) for entry in page.items):
            return True
        complete = page.next_offset is None
    return False if complete else None


def _page(caller: Caller, step: Step, deal_id: int, offset: int) -> Page[LogEntry]:
    request: JsonObject = {"deal_id": deal_id, "limit": LISTED, "offset": offset}
    return caller.look(
        step,
        "deal/log/list",
        request,
        lambda crm: crm.deals.log_list(deal_id, limit=LISTED, offset=offset),
    )


def _is_ours(caller: Caller, entry: LogEntry) -> bool:
    # The enquiry itself stands in the log too, with the same number, as another kind.
    return entry.type_id == COMMENT_KIND and caller.claimed.number in (entry.comment or "")
