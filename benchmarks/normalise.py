"""What normalising costs: time of a post, time to load, memory after ten thousand posts.

``make bench-normalise``; one process on one core, warm. Targets: a usual post under 300 µs,
under 60 MB resident. The best of the rounds is held against the target: it is the cost of the
work itself, whatever else the machine does. The median tells how busy it was.
"""

import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from statistics import median, quantiles
from typing import Any

ROUNDS = 2_000
POSTS = 10_000
MOST_MICROSECONDS = 300
RESIDENT_MEGABYTES = 60

COOKIES = (
    "_ga=GA1.2.1060957297.1701261875; _ym_uid=1701261875816719138; _ym_d=1701261875; "
    "WhiteCallback_visit=30897911865; roistat_visit=434414; "
    "sbjs_first=typ%3Dorganic%7C%7C%7Csrc%3Dyandex%7C%7C%7Cmdm%3Dorganic; "
    "sbjs_current=typ%3Dutm%7C%7C%7Csrc%3Dyandex%7C%7C%7Cmdm%3Dcpc%7C%7C%7Ccmp%3Dokna"
)
USUAL: dict[str, Any] = {
    "fields": {"Имя": "Анна Петрова", "Телефон": "8 (912) 345-67-89", "Город": "Екатеринбург"},
    "page_url": "https://okna.example/?utm_source=yandex&utm_medium=cpc&utm_campaign=okna_msk"
    "&utm_term=%D0%BE%D0%BA%D0%BD%D0%B0&yclid=5381235813213455",
    "referrer": "https://yandex.ru/",
    "cookies": COOKIES,
    "timezone": "Asia/Yekaterinburg",
    "received_at": "2026-11-23T10:00:00Z",
}
DAMAGED: dict[str, Any] = {
    "fields": {
        "Ваше имя": "ПЕТРОВА АННА",
        "tel": "+7(912)345-67-89 доб. 5",
        "E-mail": "anna.petrova(собака)gmial.com",
        "Комментарий": "Перезвоните после шести, нужны три окна на кухню",
        "Адрес": "г. Екатеринбург, ул. Малышева, 5",
    },
    "page_url": "https://okna.example/a?x=1?utm_source=yandex&amp;utm_medium=cpc"
    "&utm_campaign=%7Bcampaign_id%7D&utm_term=%EE%EA%ED%E0",
    "referrer": "https://okna.example/",
    "cookies": COOKIES,
    "tz_offset": -300,
    "received_at": "2026-11-23T10:00:00Z",
}
BARE: dict[str, Any] = {"fields": {"phone": "+79123456789"}, "received_at": "2026-11-23T10:00:00Z"}
KINDS = {"обычная заявка": USUAL, "с опечатками и порчей": DAMAGED, "один телефон": BARE}


def main() -> int:
    """Print the table; the exit status tells whether the targets are met."""
    began = time.perf_counter()
    from intake.normalise.jsonlines import read_request  # noqa: PLC0415  # its time is measured

    loaded = time.perf_counter() - began
    from intake.normalise import normalise  # noqa: PLC0415

    posts = {kind: read_request(post) for kind, post in KINDS.items()}
    print(f"{'':24}{'лучшее, мкс':>14}{'медиана':>10}{'p95':>8}")
    best = [
        _print_times(kind, partial(normalise, raw, rules)) for kind, (raw, rules) in posts.items()
    ]
    for number in range(POSTS):
        raw, rules = read_request(_another(number))
        normalise(raw, rules)
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"загрузка {loaded:.2f} с, память после {POSTS} разных заявок {resident:.0f} МБ")
    return int(best[0] > MOST_MICROSECONDS or resident > RESIDENT_MEGABYTES)


def _print_times(kind: str, work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        times.append((time.process_time() - began) * 1e6)
    best, high = min(times), quantiles(times, n=20)[-1]
    print(f"{kind:24}{best:14.0f}{median(times):10.0f}{high:8.0f}")
    return best


def _another(number: int) -> dict[str, Any]:
    """Return a post that no earlier one is like, as far as caches can tell."""
    post = USUAL if number % 2 else DAMAGED
    fields = {
        **post["fields"],
        f"Вопрос {number}": f"ответ {number}",
        "Телефон": f"8912{number:07}",
        "Имя": f"Анна{'абвгдежзик'[number % 10]}",
    }
    page = f"{post['page_url']}&utm_content=b{number}&p{number}=1"
    return {**post, "fields": fields, "page_url": page}


if __name__ == "__main__":
    sys.exit(main())
