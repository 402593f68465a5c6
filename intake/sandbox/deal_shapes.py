"""Deals in the shapes of the reference's examples: text in some, numbers in others."""

from .account import Account, Stage
from .deals import Deal
from .shapes import JSONObject, date


def deal_numbers(deal: Deal, account: Account) -> JSONObject:
    """Give a deal as `deal/create` prints it: ids and flags are numbers."""
    return {
        "id": deal.id,
        "crm_id": account.id,
        "pipeline_id": deal.pipeline_id,
        "client_id": deal.client_id,
        "stage_id": deal.stage_id,
        "user_id": deal.user_id,
        "employee_id": deal.employee_id,
        "old_employee_id": deal.old_employee_id,
        "department_id": deal.department_id,
        "inbox_type_id": deal.inbox_type_id,
        "it_reaction": 0,
        "with_event": 0,
        "stage_updated_at": date(deal.stage_updated_at),
        "created_at": date(deal.created_at),
        "updated_at": date(deal.updated_at),
        "deleted_at": None,
    }


def deal_row(deal: Deal, account: Account) -> JSONObject:
    """Give a deal as `deal/search` prints it: ids and flags are strings."""
    return as_texts(deal_numbers(deal, account))


def as_texts(row: JSONObject) -> JSONObject:
    """Write the numbers of a row as strings."""
    return {name: str(v) if isinstance(v, int) else v for name, v in row.items()}


def deal_card(deal: Deal, stage: Stage, account: Account) -> JSONObject:
    """Give a deal as `deal/get` prints it."""
    return deal_row(deal, account) | {
        "stage_name": stage.name,
        "stage_color": stage.color,
        "status_id": str(stage.status_id),
        "name": deal.name,
        "connected_lead_id": [],
    }
