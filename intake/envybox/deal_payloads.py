"""What may be sent about deals and tasks, as plain dictionaries with known keys.

None of the keys is needed unless it says so. An id is a whole number, except where it is
the key of a dictionary: JSON knows such keys as text only.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal, Required, TypeAlias, TypedDict

from intake.envybox.days import Day
from intake.envybox.payloads import DealDateType, Period

DatePeriod = Literal[
    "all",
    "yesterday",
    "today",
    "week",
    "last_week",
    "month",
    "last_month",
    "period",
    "earlier_than",
    "later_than",
]
DealDate = Literal[
    "created",
    "closed",
    "stage_changed",
    "stage_transition",
    "lead_created",
    "first_lead_created",
    "next_task",
]


class NewTask(TypedDict, total=False):
    """The task of a new deal; without keys, {}, the CRM makes one of its own choice.

    `time` must have a time zone; it is sent as Unix time, which it may be itself.
    """

    text: str
    time: datetime | int


class NewField(TypedDict):
    """The value of a field of a new deal: `type_id` 1 is a system field, 2 a custom one."""

    input_id: int
    value: str
    type_id: Literal[1, 2]


class NewDeal(TypedDict, total=False):
    """A deal to create for a client.

    One of `employee_id` (0: the administrator) and `department_id` is needed. Without
    `pipeline_id` the CRM takes a pipeline of its choice, without `task` none is made.
    """

    name: str
    employee_id: int
    department_id: int
    pipeline_id: int
    task: NewTask
    values: Sequence[NewField]


class DealFilters(Period, total=False):
    """What deal/list filters by; `keyword` is looked for in the deal, its client and contacts.

    `date_type` says which date the period means: created (also when it is left out),
    updated, closed (won or lost), stage_changed (the last time), stage_transition (the
    move to one of the stages `date_stage_ids`).
    """

    keyword: str
    date_type: DealDateType
    pipeline_id: int | Sequence[int]
    stage_id: int | Sequence[int]
    date_stage_ids: int | Sequence[int]


class Dates(TypedDict, total=False):
    """The bounds of a period, "YYYY-MM-DD" or dates."""

    start: Day
    end: Day


class DateFilter(TypedDict, total=False):
    """A period for one of a deal's dates.

    `dates` needs a `start` for period, earlier_than and later_than, an `end` for period.
    `dateSelectType`: created, closed, stage_changed (the last time), stage_transition
    (the move to a stage), lead_created (the latest lead), first_lead_created, next_task.
    """

    dateType: Required[DatePeriod]
    dateSelectType: Required[DealDate]
    dates: Required[Dates]


class Responsible(TypedDict, total=False):
    """Who is responsible: employees (-1: nobody) and departments, any of them."""

    users: Sequence[int]
    departments: Sequence[int]


class Region(TypedDict, total=False):
    """A client's region: its id in the CRM, its name or town, its time zone as UTC+03:00."""

    id: int
    text: str
    timezone: str


class CustomDate(TypedDict):
    """What a custom field of dates is filtered by; both ends are "YYYY-MM-DD"."""

    field: Literal["date"]
    start: Day
    end: Day


class Comparison(TypedDict, total=False):
    """How a number is compared: equally, or range up to `value_to`, from the value in `custom`."""

    type: Required[Literal["equally", "range"]]
    value_to: int


CustomFilter: TypeAlias = str | int | bool | Sequence[str] | CustomDate
"""A text, a number, a switch, the ids of chosen options, or dates: as the field is."""


class ElementFilter(TypedDict, total=False):
    """What the fields of clients or deals hold; the keys are ids of fields, as text.

    `service` are the CRM's own fields. Of a client: "1001" the name, "1010" the region; of
    a deal: "2001" the name, "2005" to "2009" utm_source, _medium, _campaign, _content and
    _term, "20012" the Google Client ID.
    """

    service: Mapping[str, str | Sequence[Region]]
    custom: Mapping[str, CustomFilter]
    comparison: Mapping[str, Comparison]


# Keys that are digits can be named in this form of a TypedDict only.
FieldFilters = TypedDict(
    "FieldFilters", {"1": ElementFilter, "2": ElementFilter, "3": ElementFilter}, total=False
)
FieldFilters.__doc__ = """Filters by field: "2" of the client, "3" of the deal.

"1" stands in the reference's example alone; by the CRM's numbering it is of the lead.
"""


class DealSearch(TypedDict, total=False):
    """What `search_by_fields` filters by; the keys are the API's own.

    `customDateType`: for custom fields of dates, by the field's id, the kind of period:
    those of `DateFilter` and "one_date". `dateFilters`: at most two. `tags`: ids, as text.
    `firstDealClient`: only first deals of their clients. `leadStages` and `dateStages` are
    in the reference's example and not explained.
    """

    customDateType: Mapping[str, DatePeriod | Literal["one_date"]]
    dateFilters: Sequence[DateFilter]
    employees: Responsible
    leadStages: Sequence[int]
    dealStages: Sequence[int]
    dateStages: Sequence[int] | None
    pipelines: Sequence[int]
    inboxTypes: Sequence[int]
    tags: Sequence[str]
    inputs: FieldFilters
    firstDealClient: Literal[0, 1] | bool


class TaskFilters(TypedDict, total=False):
    """What task/list filters by.

    The period is "YYYY-MM-DD HH:MM:SS"; which date of a task it means is told nowhere.
    `success`: True for closed tasks, False for open ones. `employee_id`: 0 the administrator.
    """

    datetime_start: str | date | None
    datetime_end: str | date | None
    success: bool | Literal[0, 1]
    employee_id: int
