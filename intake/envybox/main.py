"""General information about an account."""

from intake.envybox.account import CrmData
from intake.envybox.door import Door


class Main:
    """The methods main/*."""

    def __init__(self, door: Door) -> None:
        self._door = door

    # API: main/data, "Получение общей информации о CRM"
    def data(self) -> CrmData:
        """Return the account's pipelines, stages, people, types of request and fields."""
        return self._door.fetch("main/data", None, CrmData.read)
