"""The refusals the CRM answers with."""

NO_LEAD = "Лид с данным id не найден"
NO_LEAD_TO_GET = "Лид не найден"
TAKEN = "Лид уже взят в работу"
NO_DEAL = "Сделка не найдена"
NO_DEAL_TO_GET = "Сделка с данным id не найдена"
NO_CLIENT = "Клиент не найден"
NO_FIELD = "Поле не найдено"
WRONG_KEY = "Неправильный ключ api"
WRONG_REQUEST = "Неверный request"


class RefusalError(Exception):
    """A business error: JSON with a Russian message and a status other than 200.

    The reference prints `status_code` 500; public code shows the HTTP status is the same.
    """

    def __init__(self, message: str, status: int = 500) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
