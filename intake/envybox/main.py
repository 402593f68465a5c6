"""General information about an account."""

from intake.envybox.account import CrmData
from intake.envybox.door import Door


class Main:
    """The methods main/*."""

    def __init__(self, door: Door) -> None:
        self._door = door

    # API: main/data, "Получение общей информации о CRM"
    def data(self) -> CrmData:
        """Return the account's pipelines, stages, people, types of request and fields.

        data = crm.main.data()
        {stage.name: stage.id for line in data.deal_pipelines for stage in line.stages}

        All other methods take ids found here: `user_id` (the administrator), `employees`,
        `inbox_types`, `deal_pipelines`, `deal_custom_fields` and so on. They change rarely:
        ask once and keep them. A reply without the id of the account raises UnexpectedReply.
        """
        return self._door.fetch("main/data", None, CrmData.read)
