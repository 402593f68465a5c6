"""The account the sandbox plays: its pipelines, stages, people and fields.

The ids are those of the API reference's own examples, so that a request copied from
there works here. Pure data: nothing in it changes while the sandbox runs.
"""

from dataclasses import dataclass, replace

NEW_DEAL, DEAL_IN_WORK, DEAL_WON, DEAL_LOST = 2001, 2002, 2003, 2004


@dataclass(frozen=True)
class Stage:
    """One stage of a pipeline; `status_id` is what the CRM tells stages apart by."""

    id: int
    name: str
    status_id: int
    color: str


@dataclass(frozen=True)
class Pipeline:
    """A pipeline of leads or deals with its stages in order.

    `by_hand` is the setting «Разрешить менять статусы вручную».
    """

    id: int
    name: str
    by_hand: bool
    primary: bool
    stages: tuple[Stage, ...]

    def stage(self, stage_id: int) -> Stage | None:
        """Give the stage of that id, or None when it is not of this pipeline."""
        return next((stage for stage in self.stages if stage.id == stage_id), None)


@dataclass(frozen=True)
class CustomField:
    """A field the account's owner added to deals or clients.

    `type_id` by the examples of the reference: 1 a number, 3 a list, 4 text, 9 money.
    """

    id: int
    name: str
    type_id: int
    addon: str = ""


@dataclass(frozen=True)
class InboxType:
    """A type of incoming request."""

    id: int
    name: str


@dataclass(frozen=True)
class Employee:
    """A person who may be made responsible."""

    id: int
    name: str
    surname: str
    email: str
    profession: str

    @property
    def full_name(self) -> str:
        """First name and surname."""
        return f"{self.name} {self.surname}"


@dataclass(frozen=True)
class Department:
    """A department that may be made responsible; main/data does not list them."""

    id: int
    name: str


@dataclass(frozen=True)
class Statistic:
    """A custom statistic: deals by stage, employee and utm_source.

    Its columns are the sum of a custom field, and how many deals each type of request has.
    """

    id: int
    name: str
    sum_input_id: int


@dataclass(frozen=True)
class Account:
    """Everything `main/data` tells about the account, and what it leaves out."""

    id: int
    user_id: int
    callback_id: int
    name: str
    inbox_types: tuple[InboxType, ...]
    employees: tuple[Employee, ...]
    departments: tuple[Department, ...]
    lead_pipeline: Pipeline
    deal_pipelines: tuple[Pipeline, ...]
    custom_fields: tuple[CustomField, ...]
    client_fields: tuple[CustomField, ...]
    statistics: tuple[Statistic, ...]

    def deal_pipeline(self, pipeline_id: int) -> Pipeline | None:
        """Give the deal pipeline of that id."""
        return next((one for one in self.deal_pipelines if one.id == pipeline_id), None)

    def deal_stage(self, stage_id: int) -> tuple[Pipeline, Stage] | None:
        """Give a stage of any deal pipeline, with the pipeline it belongs to."""
        for pipeline in self.deal_pipelines:
            if stage := pipeline.stage(stage_id):
                return pipeline, stage
        return None

    def inbox_type(self, type_id: int) -> InboxType | None:
        """Give the type of incoming request of that id."""
        return next((one for one in self.inbox_types if one.id == type_id), None)

    def employee(self, employee_id: int) -> Employee | None:
        """Give the employee of that id."""
        return next((one for one in self.employees if one.id == employee_id), None)

    def department(self, department_id: int) -> Department | None:
        """Give the department of that id."""
        return next((one for one in self.departments if one.id == department_id), None)

    def custom_field(self, field_id: int) -> CustomField | None:
        """Give the custom field of deals of that id; leads carry the same fields."""
        return next((one for one in self.custom_fields if one.id == field_id), None)

    def client_field(self, field_id: int) -> CustomField | None:
        """Give the custom field of clients of that id."""
        return next((one for one in self.client_fields if one.id == field_id), None)

    def statistic(self, stat_id: int) -> Statistic | None:
        """Give the custom statistic of that id."""
        return next((one for one in self.statistics if one.id == stat_id), None)

    def with_by_hand(self, pipeline_id: int, *, allowed: bool) -> "Account":
        """Give the account with «Разрешить менять статусы вручную» switched for a pipeline."""
        pipelines = tuple(
            replace(one, by_hand=allowed) if one.id == pipeline_id else one
            for one in self.deal_pipelines
        )
        return replace(self, deal_pipelines=pipelines)

    @property
    def new_lead(self) -> Stage:
        """The stage every lead starts on."""
        return self.lead_pipeline.stages[0]

    def taken_lead(self, *, known_client: bool) -> Stage:
        """Give the closing stage a lead moves to when it is taken into work."""
        return self.lead_pipeline.stages[2 if known_client else 1]


BLUE, YELLOW, VIOLET = "rgb(35, 148, 254)", "rgb(245, 185, 66)", "rgb(151, 117, 250)"
GREEN, RED, PINK = "rgb(64, 178, 107)", "rgb(229, 86, 86)", "rgb(249, 146, 203)"

SEED = Account(
    id=2119,
    user_id=3844,
    callback_id=106,
    name="Тестовая CRM",
    inbox_types=(
        InboxType(13045, "Добавлен вручную"),
        InboxType(13051, "Заявка с сайта"),
        InboxType(13052, "Обратный звонок"),
    ),
    employees=(
        Employee(182, "Диана", "Гусева", "diana@crm.example", "основатель"),
        Employee(183, "Павел", "Орлов", "pavel@crm.example", "менеджер"),
    ),
    departments=(Department(1, "Отдел продаж"), Department(2, "Сервис")),
    lead_pipeline=Pipeline(
        id=3585,
        name="Стартовая",
        by_hand=False,
        primary=True,
        stages=(
            Stage(15017, "Новая", 1, BLUE),
            Stage(15018, "Новый клиент", 2, GREEN),
            Stage(15019, "Существующий клиент", 3, PINK),
        ),
    ),
    deal_pipelines=(
        Pipeline(
            id=3689,
            name="Продажи",
            by_hand=True,
            primary=True,
            stages=(
                Stage(5635, "Новая", NEW_DEAL, BLUE),
                Stage(5636, "Переговоры", DEAL_IN_WORK, YELLOW),
                Stage(5637, "Договор", DEAL_IN_WORK, VIOLET),
                Stage(5638, "Успешно реализована", DEAL_WON, GREEN),
                Stage(5639, "Не реализована", DEAL_LOST, RED),
            ),
        ),
        Pipeline(
            id=3690,
            name="Сервис",
            by_hand=False,
            primary=False,
            stages=(
                Stage(5650, "Новая", NEW_DEAL, BLUE),
                Stage(5651, "В работе", DEAL_IN_WORK, YELLOW),
                Stage(5652, "Выполнена", DEAL_WON, GREEN),
                Stage(5653, "Отказ", DEAL_LOST, RED),
            ),
        ),
    ),
    custom_fields=(
        CustomField(3824, "Площадь", 1, "м²"),
        CustomField(3819, "Адрес", 4),
        CustomField(3444, "Сумма", 9, "руб"),
    ),
    client_fields=(
        CustomField(3823, "Бюджет", 1, "руб"),
        CustomField(3822, "Откуда узнал", 4),
        CustomField(3821, "Тип дома", 3),
    ),
    statistics=(Statistic(1, "Сделки по источникам", 3444),),
)
