"""Fetching the registry from its official addresses: https only, verified, within limits."""

from pathlib import Path
from time import monotonic
from urllib.parse import urljoin, urlsplit

import requests

from intake.reference.registry_rows import RegistryError

OFFICIAL = "https://opendata.digital.gov.ru/downloads/"
MOBILE = ("DEF-9xx.csv",)
LANDLINES = ("ABC-3xx.csv", "ABC-4xx.csv", "ABC-8xx.csv")
CONNECT_SECONDS = 15
SILENCE_SECONDS = 60
LONGEST_SECONDS = 900
LARGEST_BYTES = 200 * 1024 * 1024
PIECE = 256 * 1024
MOST_REDIRECTS = 5
NOT_VERIFIED = (
    "{url}: сертификат сервера не проверяется. Сервер Минцифры подписан российским корневым "
    "сертификатом: скачайте его с gosuslugi.ru/crt и назовите так: --ca-file "
    "russian_trusted_root_ca.cer. Или скачайте файл браузером: numbering import DEF-9xx.csv."
)


def fetch(base: str, name: str, folder: Path, ca_file: Path | None = None) -> Path:
    """Fetch one file of the registry into `folder`; RegistryError where that fails.

    `ca_file` names the certificates to trust in place of the usual ones (PEM).
    """
    url = urljoin(base if base.endswith("/") else f"{base}/", name)
    target = folder / name
    with requests.Session() as session:
        session.max_redirects = MOST_REDIRECTS
        try:
            _save(session, url, target, ca_file)
        except requests.exceptions.SSLError:
            raise RegistryError(NOT_VERIFIED.format(url=url)) from None
        except requests.exceptions.Timeout:
            raise RegistryError(f"{url}: сервер не отвечает. Попробуйте позже.") from None
        except requests.exceptions.ConnectionError:
            raise RegistryError(f"{url}: нет связи с сервером. Попробуйте позже.") from None
        except (requests.RequestException, OSError) as error:
            raise RegistryError(f"{url}: не скачивается ({type(error).__name__}).") from None
    return target


def _save(session: requests.Session, url: str, target: Path, ca_file: Path | None) -> None:
    began = monotonic()
    verify = str(ca_file) if ca_file else True
    with _open(session, url, verify) as answer, target.open("wb") as file:
        size = 0
        for piece in answer.iter_content(PIECE):
            size += len(piece)
            if size > LARGEST_BYTES:
                raise RegistryError(f"{url}: файл больше {LARGEST_BYTES // 2**20} МБ, это не он.")
            if monotonic() - began > LONGEST_SECONDS:
                raise RegistryError(f"{url}: скачивается дольше {LONGEST_SECONDS // 60} минут.")
            file.write(piece)


def _open(session: requests.Session, url: str, verify: str | bool) -> requests.Response:
    """Ask for `url`, and go where it leads, as long as that is https."""
    for _ in range(MOST_REDIRECTS):
        if urlsplit(url).scheme != "https":
            raise RegistryError(f"{url}: реестр скачивается только по https.")
        answer = session.get(
            url,
            stream=True,
            verify=verify,
            timeout=(CONNECT_SECONDS, SILENCE_SECONDS),
            allow_redirects=False,
        )
        if not answer.is_redirect:
            break
        url = urljoin(url, answer.headers["Location"])
        answer.close()
    if answer.status_code != requests.codes.ok:
        answer.close()
        raise RegistryError(f"{url}: сервер ответил {answer.status_code}.")
    return answer
