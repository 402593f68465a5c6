"""The descriptions of fields as getListInputs and getInput print them: ids are numbers."""

from typing import Any

from .account import Account, CustomField
from .account_shape import CREATED
from .elements import CLIENT_NAME, SYSTEM_FIELDS, Element, SystemField

JSONObject = dict[str, Any]

# The type the examples print for the name fields, and the one of main/data's sum field.
LINE, MONEY = 2, 9
MAIN_GROUP, OWN_GROUP = 1, 2348
# The description of a name is printed under another label than its value.
LABELS = {CLIENT_NAME: "Название клиента", 2001: "Имя"}


def custom_inputs(element: Element, account: Account) -> list[JSONObject]:
    """Describe the fields the account's owner added to clients or deals."""
    fields = account.client_fields if element is Element.CLIENT else account.custom_fields
    return [_custom(one, number, element, account) for number, one in enumerate(fields)]


def service_inputs(element: Element) -> list[JSONObject]:
    """Describe the fields every account has; fewer keys than of the added ones, as printed."""
    return [_service(one, number, element) for number, one in enumerate(SYSTEM_FIELDS[element])]


def _custom(field: CustomField, position: int, element: Element, account: Account) -> JSONObject:
    return {
        "id": field.id,
        "crm_id": account.id,
        "crm_element_id": int(element),
        "pipeline_id": None,
        "group_id": OWN_GROUP,
        "name": field.name,
        "name_id": f"crm_{field.id}",
        "type_id": field.type_id,
        "required": 0,
        "required_stage_id": 0,
        "show_in_card": 0,
        "show_in_element": 0,
        "show_in_create": 0,
        "show_all_pipelines": 1,
        "use_in_pipeline": int(field.type_id == MONEY),
        "value": "",
        "addon": field.addon,
        "description": "",
        "position": position,
        "transfer_type_id": None,
        "transfer_input_id": None,
        **_dates(),
        "show_in_inbox": None,
    }


def _service(field: SystemField, position: int, element: Element) -> JSONObject:
    return {
        "id": field.input_id,
        "crm_element_id": int(element),
        "group_id": MAIN_GROUP,
        "name": LABELS.get(field.input_id, field.label),
        "name_id": field.name_id,
        "type_id": LINE,
        "required": 0,
        "value": None,
        "addon": None,
        "description": None,
        "position": position,
        **_dates(),
    }


def _dates() -> JSONObject:
    return {"created_at": CREATED, "updated_at": CREATED, "deleted_at": None}
