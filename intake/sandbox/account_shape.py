"""The account in the shape `main/data` prints it: every id and flag is a string."""

from typing import Any

from .account import Account, CustomField, Employee, InboxType, Pipeline, Stage

JSONObject = dict[str, Any]

CREATED = "2017-03-27 11:07:52"
CLIENT_ELEMENT, DEAL_ELEMENT = "2", "3"


def account_data(account: Account, api_key: str) -> JSONObject:
    """Give the account as `main/data` prints it."""
    return {
        "id": str(account.id),
        "user_id": str(account.user_id),
        "callback_id": str(account.callback_id),
        "name": account.name,
        "api_key": api_key,
        **_dates(),
        "inbox_types": [_inbox_type(one, account) for one in account.inbox_types],
        "employees": [_employee(one, account) for one in account.employees],
        "lead": {"pipelines": [_lead_pipeline(account)], "custom_fields": []},
        "client": {"custom_fields": _fields(account.client_fields, CLIENT_ELEMENT, account)},
        "deal": {
            "pipelines": [_deal_pipeline(one, account) for one in account.deal_pipelines],
            "custom_fields": _fields(account.custom_fields, DEAL_ELEMENT, account),
        },
    }


def _dates() -> JSONObject:
    return {"created_at": CREATED, "updated_at": CREATED, "deleted_at": None}


def _flag(flag: bool) -> str:
    return "1" if flag else "0"


def _inbox_type(one: InboxType, account: Account) -> JSONObject:
    return {
        "id": str(one.id),
        "crm_id": str(account.id),
        "name": one.name,
        "edit": "0",
        "type": "1",
        **_dates(),
        "editing": "0",
        "edit_id": str(one.id),
    }


def _employee(one: Employee, account: Account) -> JSONObject:
    return {
        "id": str(one.id),
        "user_id": str(account.user_id),
        "name": one.name,
        "surname": one.surname,
        "email": one.email,
        "user_logo": "",
        "profession": one.profession,
        "crm_phone_number": None,
    }


def _lead_pipeline(account: Account) -> JSONObject:
    pipeline = account.lead_pipeline
    shape = _pipeline(pipeline, account)
    for stage in shape["stages"].values():
        stage["type_id"] = "0"
    return shape


def _deal_pipeline(pipeline: Pipeline, account: Account) -> JSONObject:
    return _pipeline(pipeline, account) | {"crm_element_id": DEAL_ELEMENT}


def _pipeline(pipeline: Pipeline, account: Account) -> JSONObject:
    return {
        "id": str(pipeline.id),
        "crm_id": str(account.id),
        "name": pipeline.name,
        "allow_manual_change_stage": _flag(pipeline.by_hand),
        "primary": _flag(pipeline.primary),
        **_dates(),
        "stages": {
            str(stage.id): _stage(stage, pipeline, position)
            for position, stage in enumerate(pipeline.stages)
        },
    }


def _stage(stage: Stage, pipeline: Pipeline, position: int) -> JSONObject:
    return {
        "id": str(stage.id),
        "pipeline_id": str(pipeline.id),
        "status_id": str(stage.status_id),
        "name": stage.name,
        "position": str(position),
        "color": stage.color,
        "no_delete": _flag(position == 0),
        **_dates(),
    }


def _fields(fields: tuple[CustomField, ...], element: str, account: Account) -> list[JSONObject]:
    return [
        _field(one, position, account) | {"crm_element_id": element}
        for position, one in enumerate(fields)
    ]


def _field(field: CustomField, position: int, account: Account) -> JSONObject:
    return {
        "id": str(field.id),
        "crm_id": str(account.id),
        "crm_element_id": DEAL_ELEMENT,
        "pipeline_id": None,
        "group_id": "2348",
        "name": field.name,
        "name_id": f"crm_{field.id}",
        "type_id": str(field.type_id),
        "required": "0",
        "required_stage_id": "0",
        "show_in_card": None,
        "show_all_pipelines": "0",
        "use_in_pipeline": _flag(field.addon == "руб"),
        "value": None,
        "addon": field.addon,
        "description": "",
        "position": str(position),
        "transfer_type_id": None,
        "transfer_input_id": None,
        **_dates(),
        "id_group": "2348",
        "group_name": "",
        "group_position": "0",
        "edit_variant": "0",
        "group_pipeline_id": None,
    }
