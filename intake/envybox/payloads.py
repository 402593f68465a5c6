"""What may be sent, as plain dictionaries with known keys (API reference, "Parameters").

None of the keys is needed unless it says so. An id is a whole number.
"""

from typing import Literal, Required, TypedDict

from intake.envybox.days import Day

DateType = Literal["created", "updated", "closed", "stage_changed"]
DealDateType = Literal["created", "updated", "closed", "stage_changed", "stage_transition"]
InputType = Literal["custom", "service"]
ShowType = Literal["table", "tree"]


class CustomValue(TypedDict):
    """A value of a custom field; `input_id` stands in main/data."""

    input_id: int
    value: str


class LeadValues(TypedDict, total=False):
    """The fields of a new lead. The CRM brings the phone into its own form."""

    name: str
    phone: str
    email: str
    comment: str
    utm_source: str
    utm_medium: str
    utm_campaign: str
    utm_content: str
    utm_term: str
    google_client_id: str
    yandex_client_id: str
    custom: list[CustomValue]


class ContactData(TypedDict, total=False):
    """A further way to reach a person.

    `type`: viber, instagram, whatsapp, telegram, vkontakte, facebook, skype, note,
    position, work_phone, home_phone. `addon`: the extension of a work_phone.
    """

    type: Required[str]
    value: Required[str]
    addon: str


class NewLead(TypedDict, total=False):
    """A lead to create.

    `pipeline_id` is a DEAL pipeline. `employee_id`: 0 the administrator, left out anybody.
    `timezone` is "UTC+03:00" and goes before `region`, the Russian name of a region;
    with neither, the CRM takes the region of the visit `visit_id` (the cookie
    WhiteCallback_visit). `record_link` is the address of a recording.
    """

    method: Literal["create"]
    pipeline_id: int
    employee_id: int
    inbox_type_id: int
    visit_id: int | str
    region: str
    timezone: str
    tags: list[str]
    record_link: str
    values: LeadValues
    contact_data: list[ContactData]


class FieldChange(TypedDict):
    """A new value of a field: `value_type_id` 1 is a system field, 2 a custom one."""

    input_id: int
    value: str
    value_type_id: Literal[1, 2]


# `from` is a word of Python's: only this form of a TypedDict can name such a key.
CallData = TypedDict(
    "CallData",
    {
        "direction": Required[Literal[1, 2, 3]],
        "status": Required[Literal[0, 1, 2, 3, 4, 5, 6, 7]],
        "from": Required[str],
        "to": Required[str],
        "record_link": str,
        "comment": str,
        "duration_bill": int,
    },
    total=False,
)
CallData.__doc__ = """A finished call. `from` and `to` are phone numbers.

`direction`: 1 incoming, 2 outgoing, 3 callback. `status`: 0 none, 1 answered, 2 busy,
3 no answer, 4 dropped, 5 unreachable, 6 error, 7 missed. These four are needed.
`duration_bill`: its length, in seconds as it seems (the reference names no unit).
"""


class Period(TypedDict, total=False):
    """A period of whole days, "YYYY-MM-DD" or `date`, both ends included."""

    date_start: Day | None
    date_end: Day | None


class LeadFilters(Period, total=False):
    """What lead/list filters by; `keyword` is looked for in the fields and contacts.

    `date_type` says which date the period means: created (also when it is left out),
    updated, closed, stage_changed.
    """

    keyword: str
    date_type: DateType
    stage_id: int | list[int]
