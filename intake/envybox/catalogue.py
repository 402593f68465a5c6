"""The 41 methods of the API: what each is called, how it is reached, what it does.

`title` is the method's heading in the vendor's own document.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from intake.envybox.address import method_name

SEARCH_BY_FIELDS = "deal/search-by-fields"


@dataclass(frozen=True, slots=True)
class Method:
    """One method. `changes`: calling it changes the account, so it is not to be tried out.

    `path` stands below the API's root and may hold the id of a client, "{client_id}",
    which is then taken out of the request.
    """

    name: str
    verb: str
    title: str
    changes: bool = False
    path: str = ""

    def located(self, request: Mapping[str, object]) -> tuple[str, Mapping[str, object]]:
        """Return the path of a call and the request without what the path took from it."""
        path = self.path or self.name
        if "{client_id}" not in path:
            return path, request
        client_id = str(request.get("client_id") or "")
        if not client_id.isascii() or not client_id.isdigit():
            raise ValueError("Для этого метода нужен номер клиента, client_id.")
        rest = {name: value for name, value in request.items() if name != "client_id"}
        return path.replace("{client_id}", client_id), rest


METHODS: Mapping[str, Method] = {
    one.name: one
    for one in (
        Method("main/data", "GET", "Получение общей информации о CRM"),
        Method("lead/set", "POST", "Создание новой заявки (лида)", changes=True),
        Method("lead/workset", "POST", "Создание заявки (лида) через очередь", changes=True),
        Method("lead/get", "POST", "Получение заявки (лида) по идентификатору (id)"),
        Method("lead/search", "POST", "Поиск заявки (лида) не взятую в работу"),
        Method("lead/list", "POST", "Список всех заявок (лидов)"),
        Method("lead/start", "POST", "Взятие заявки (лида) в работу", changes=True),
        Method("lead/log/list", "GET", "Список логов лида"),
        Method("lead/log/create", "POST", "Добавление лога для лида", changes=True),
        Method("lead/updateLeadValue", "POST", "Обновление полей лида", changes=True),
        Method("lead/update_employee", "POST", "Обновление ответственного лида", changes=True),
        Method("deal/get", "POST", "Получение сделки по идентификатору (id)"),
        Method("deal/create", "POST", "Создание сделки", changes=True),
        Method("deal/search", "POST", "Поиск по сделкам"),
        # The source prints this path, evidently a mistake; the true one is told nowhere.
        Method(
            SEARCH_BY_FIELDS,
            "POST",
            "Поиск сделок по id полей и их значениям",
            path="deal/updateDealStage",
        ),
        Method("deal/updateDealStage", "POST", "Смена этапа сделки", changes=True),
        Method("deal/updateEmployee", "POST", "Смена ответственного сделки", changes=True),
        Method("deal/toInbox", "POST", "Отправка сделки в раздел «Входящие»", changes=True),
        Method("deal/list", "POST", "Список всех сделок"),
        Method("deal/log/list", "GET", "Список логов сделки"),
        Method("deal/log/create", "POST", "Добавление лога для сделки", changes=True),
        Method("deal/createComment", "POST", "Создание комментария в сделке", changes=True),
        Method("deal/updatetask", "POST", "Обновление или создание задачи сделки", changes=True),
        Method("deal/getTask", "POST", "Получение активной задачи ответственного"),
        Method("deal/getTasks", "POST", "Получение всех активных задач сделки"),
        Method("deal/tag/addDealTags", "POST", "Добавление тега к сделке", changes=True),
        Method("client/list", "POST", "Список клиентов"),
        Method("client/get", "POST", "Получение клиента по идентификатору"),
        Method("client/create", "POST", "Добавление клиента", changes=True),
        Method("client/getContacts", "POST", "Получение контактов клиента"),
        Method("client/getListInputs", "GET", "Получение списка полей клиента"),
        Method("client/updateClientValue", "POST", "Обновление полей клиента", changes=True),
        Method("client/getInput", "GET", "Получение поля клиента по id"),
        Method("client/addContact", "POST", "Добавление контакта клиенту", changes=True),
        Method(
            "client/getCompanies",
            "GET",
            "Получение компании клиента",
            path="client/{client_id}/getCompanies",
        ),
        Method(
            "client/addCompany",
            "POST",
            "Добавление компании клиенту",
            changes=True,
            path="client/{client_id}/addCompany",
        ),
        Method("deal/updateDealValue", "POST", "Обновление полей сделки", changes=True),
        Method("deal/getListInputs", "GET", "Получение списка полей сделки"),
        Method("deal/getInput", "GET", "Получение поля сделки по id"),
        Method("task/list", "POST", "Получение задач"),
        Method("stat/custom", "POST", "Получение кастомной статистики"),
    )
}
_WITH_CLIENT = re.compile(r"client/(?P<client_id>\d+)/(?P<name>\w+)")


def method_of(name: str) -> Method:
    """Return the method of that name, "lead/set", or of its path, "client/5/addCompany".

    One that is not in the API reference is taken to be a POST that changes something.
    Raise ValueError for what cannot be a name at all.
    """
    given = method_name(name)
    if given in METHODS:
        return METHODS[given]
    found = _WITH_CLIENT.fullmatch(given)
    known = METHODS.get(f"client/{found['name']}") if found else None
    # "client/5/get" looks like one, but nobody says what such an address does.
    by_client = known is not None and "{client_id}" in known.path
    return (
        Method(given, known.verb, known.title, known.changes)
        if known and by_client
        else Method(given, "POST", "", changes=True)
    )
