"""The metrics page: figures of the store in Prometheus' words.

No label holds a phone, a key or anybody's text: only steps, outcomes, states and the
accounts' names in the settings.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from math import ceil

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from intake.domain.delivery import DeliveryState
from intake.store.health import Measures

WINDOW = timedelta(minutes=15)
QUANTILES = (0.5, 0.9, 0.99)


def render(
    measures: Measures | None, queued: int | None, accounts: Iterable[str], accept: str
) -> tuple[bytes, str]:
    """Return the page and its content type.

    `measures` is None where the store cannot be read; `accept` is what the asker said.
    """
    registry = CollectorRegistry()
    registry.register(_Figures(measures, queued, tuple(accounts)))
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


class _Figures(Collector):
    """Hands the figures of one moment to the encoder."""

    def __init__(
        self, measures: Measures | None, queued: int | None, accounts: tuple[str, ...]
    ) -> None:
        self._measures = measures
        self._queued = queued
        self._accounts = accounts

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield every metric; what is not known is left out."""
        up = self._measures is not None
        yield _gauge("intake_store_up", "Whether the store can be read.", float(up))
        yield _gauge("intake_queue_up", "Whether Redis answers.", float(self._queued is not None))
        if self._queued is not None:
            yield _gauge("intake_queue_length", "Rings nobody has heard yet.", self._queued)
        if self._measures is not None:
            yield from self._of_store(self._measures)

    def _of_store(self, measures: Measures) -> Iterator[GaugeMetricFamily]:
        states = {state.value: 0 for state in DeliveryState} | dict(measures.states)
        yield _labelled("intake_deliveries", "Deliveries by state.", "state", states)
        yield _gauge(
            "intake_deliveries_doubtful",
            "Deliveries that may stand in the CRM twice.",
            measures.doubtful,
        )
        yield _gauge(
            "intake_submissions_held",
            "Submissions that wait for a person to say whether they are spam.",
            measures.held,
        )
        yield from _vitals(measures)
        yield from _calls(measures)
        paused = dict.fromkeys(self._accounts, 0.0) | dict(measures.paused)
        yield _labelled(
            "intake_account_paused",
            "Whether deliveries to the account are paused.",
            "crm",
            {crm: float(crm in measures.paused) for crm in paused},
        )
        yield _labelled(
            "intake_account_paused_seconds", "For how long they have been.", "crm", paused
        )
        yield _labelled(
            "intake_troubles", "Troubles that last, by kind.", "kind", measures.troubles
        )


def _vitals(measures: Measures) -> Iterator[GaugeMetricFamily]:
    vitals = measures.vitals
    oldest = vitals.oldest_due or timedelta(0)
    yield _gauge(
        "intake_oldest_due_seconds",
        "For how long the longest-waiting delivery has been due (paused accounts left out).",
        oldest.total_seconds(),
    )
    if vitals.sweeper_age is not None:
        yield _gauge(
            "intake_sweeper_heartbeat_age_seconds",
            "How long ago the sweeper was last seen.",
            vitals.sweeper_age.total_seconds(),
        )


def _calls(measures: Measures) -> Iterator[GaugeMetricFamily]:
    minutes = int(WINDOW.total_seconds() // 60)
    count = GaugeMetricFamily(
        "intake_recent_calls",
        f"Calls to the CRM in the last {minutes} minutes.",
        labels=("step", "outcome"),
    )
    seconds = GaugeMetricFamily(
        "intake_recent_call_seconds",
        f"How long calls to the CRM took in the last {minutes} minutes.",
        labels=("step", "quantile"),
    )
    by_step: dict[str, list[float]] = defaultdict(list)
    for (step, outcome), durations in sorted(measures.calls.items()):
        count.add_metric((step, outcome), len(durations))
        by_step[step] += durations
    for step, spent in by_step.items():
        for share in QUANTILES:
            seconds.add_metric((step, str(share)), quantile(spent, share))
    yield count
    yield seconds


def quantile(values: Iterable[float], share: float) -> float:
    """Return the smallest of `values` that at least this share of them do not exceed.

    >>> quantile([4, 1, 3, 2], 0.5), quantile([7], 0.99)
    (2, 7)
    """
    ordered = sorted(values)
    return ordered[max(ceil(share * len(ordered)) - 1, 0)]


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


def _labelled(name: str, text: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=(label,))
    for key, value in sorted(values.items()):
        family.add_metric((key,), value)
    return family
