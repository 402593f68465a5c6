"""An account where the printed search by fields finds a deal, with the very ids it names."""

from collections.abc import Mapping
from dataclasses import replace

from intake.sandbox.account import (
    BLUE,
    DEAL_IN_WORK,
    NEW_DEAL,
    SEED,
    CustomField,
    Employee,
    InboxType,
    Pipeline,
    Stage,
)
from tests.contract.reference import METHODS, Json
from tests.contract.scene import ADMINISTRATOR, Scene

NUMBER, LIST, TEXT = 1, 3, 4
CLIENT_VALUES = {13432: "409396", 13433: "409400", 13436: "345"}
DEAL_VALUES = {
    13419: "409389",
    13420: "ntcn",
    13421: "1",
    13422: "1",
    13423: "ntcn",
    13424: "2024-02-21",
    13425: "3",
    13426: "2024-02-20",  # the example wants it later than 2024-02-14
}
EMPLOYEE, TAG = 17027, 3830
EXAMPLE_ACCOUNT = replace(
    SEED,
    employees=(
        Employee(9, "Диана", "Гусева", "diana@crm.example", "основатель"),
        Employee(EMPLOYEE, "Павел", "Орлов", "pavel@crm.example", "менеджер"),
    ),
    inbox_types=(InboxType(9052, "Заявка с сайта"), InboxType(9055, "Обратный звонок")),
    deal_pipelines=tuple(
        Pipeline(
            pipeline_id,
            "Продажи",
            by_hand=True,
            primary=primary,
            stages=(
                Stage(new, "Новая", NEW_DEAL, BLUE),
                Stage(new + 2, "В работе", DEAL_IN_WORK, BLUE),
            ),
        )
        for pipeline_id, new, primary in ((3674, 16169, True), (4131, 16269, False))
    ),
    custom_fields=tuple(CustomField(one, f"Поле {one}", TEXT) for one in DEAL_VALUES),
    client_fields=tuple(CustomField(one, f"Поле {one}", TEXT) for one in CLIENT_VALUES),
)
LEAD = {
    "method": "create",
    "pipeline_id": 3674,
    "inbox_type_id": 9052,
    "values": {"name": "Тест", "phone": "79123456789", "email": "test@mail.example"},
}


def search_account(scene: Scene) -> dict[str, Json]:
    """Set the account up and make one deal in it that answers to the printed filter."""
    scene.sandbox.world._account = EXAMPLE_ACCOUNT
    lead_id = scene.call("lead/set", **LEAD)["id"]
    people = {"user_id": ADMINISTRATOR, "employee_id": EMPLOYEE}
    made = scene.call("lead/start", lead_id=lead_id, **people)["result"]
    ids = {"deal_id": made["deal_id"], "client_id": made["client_id"]}
    scene.call("deal/updateDealValue", **ids, fields=_changes(DEAL_VALUES))
    scene.call(
        "client/updateClientValue", client_id=ids["client_id"], fields=_changes(CLIENT_VALUES)
    )
    scene.call("deal/updatetask", deal_id=ids["deal_id"], comment="Позвонить")
    _tag(scene, ids["deal_id"])
    return ids


def _changes(values: Mapping[int, str]) -> list[Json]:
    return [
        {"input_id": input_id, "value": value, "value_type_id": 2}
        for input_id, value in values.items()
    ]


def _tag(scene: Scene, deal_id: int) -> None:
    """Give the deal the tag whose id the example names: ids of tags cannot be asked for."""
    assert METHODS["deal/search-by-fields"].parameters["filter"]["tags"] == [str(TAG)]
    scene.call("deal/tag/addDealTags", deal_id=deal_id, tags=["дача"])
    with scene.sandbox.world.database.transaction() as db:
        db.execute("UPDATE tags SET id = ?", (TAG,))
        db.execute("UPDATE deal_tags SET tag_id = ?", (TAG,))
