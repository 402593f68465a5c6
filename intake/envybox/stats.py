"""Custom statistics: tables that are set up in the CRM."""

from intake.envybox.days import Day, day
from intake.envybox.door import Door
from intake.envybox.models.stats import Statistic
from intake.envybox.payloads import ShowType


class Stats:
    """The methods stat/*."""

    def __init__(self, door: Door) -> None:
        self._door = door

    # API: stat/custom, "Получение кастомной статистики"
    def custom(
        self,
        stat_id: int,
        pipeline_id: int,
        start_date: Day,
        end_date: Day,
        show_type: ShowType = "table",
    ) -> Statistic:
        """Return a statistic over the days from `start_date` to `end_date`.

        crm.stats.custom(1, 3689, "2026-11-01", "2026-11-30")

        `stat_id` is of a statistic set up in the CRM; no method lists them. `pipeline_id` is
        of `crm.main.data()`. `show_type` is "table" or "tree", whose rows the reference does
        not show. Days are "YYYY-MM-DD" or dates; ValueError for others.
        """
        request = {
            "stat_id": stat_id,
            "pipeline_id": pipeline_id,
            "start_date": day(start_date),
            "end_date": day(end_date),
            "show_type": show_type,
        }
        return self._door.fetch("stat/custom", request, Statistic.read)
