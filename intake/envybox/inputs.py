"""The descriptions of fields, which clients and deals have alike."""

from collections.abc import Iterator
from typing import ClassVar

from intake.envybox.asking import LARGEST_PAGE
from intake.envybox.door import Door
from intake.envybox.models.inputs import Input, read_inputs
from intake.envybox.page import Page, walk
from intake.envybox.payloads import InputType


class Inputs:
    """The methods getListInputs and getInput of the `element` that a child names."""

    element: ClassVar[str]

    def __init__(self, door: Door) -> None:
        self._door = door

    # API: client/getListInputs, "Получение списка полей клиента";
    #      deal/getListInputs, "Получение списка полей сделки"
    def list_inputs(
        self,
        type: InputType = "custom",  # noqa: A002 - the API's own name
        *,
        limit: int = LARGEST_PAGE,
        offset: int = 0,
    ) -> Page[Input]:
        """Return a page of fields, "custom" or "service" (the CRM's own), at most 50.

        The CRM pages custom fields only: `limit` and `offset` mean nothing for the others.
        """
        paging = {"limit": limit, "offset": offset} if type == "custom" else {}
        return self._door.fetch(
            f"{self.element}/getListInputs",
            {"type": type, **paging},
            lambda body: read_inputs(body, offset, limit),
        )

    def iterate_inputs(
        self,
        type: InputType = "custom",  # noqa: A002 - the API's own name
        *,
        limit: int = LARGEST_PAGE,
        offset: int = 0,
    ) -> Iterator[Input]:
        """Yield every field, "custom" or "service", by pages of `limit`.

        {field.name: field.id for field in crm.deals.iterate_inputs()}
        """
        return walk(lambda start: self.list_inputs(type, limit=limit, offset=start), offset)

    # API: client/getInput, "Получение поля клиента по id";
    #      deal/getInput, "Получение поля сделки по id"
    def get_input(
        self,
        input_id: int,
        type: InputType = "custom",  # noqa: A002 - the API's own name
    ) -> Input:
        """Return one field by its id, "custom" or "service" (1001: a client's name).

        May raise NotFound ("Поле не найдено").
        """
        request = {"input_id": input_id, "type": type}
        return self._door.fetch(
            f"{self.element}/getInput", request, lambda body: Input.read(body, input_id)
        )
