"""The log's words for visits: what told the marks, and how a visitor came."""

from collections.abc import Mapping

from intake.domain.attribution import UtmFrom, VisitKind
from intake.show.language import _

_UTM_FROM: Mapping[str, str] = {
    UtmFrom.FIELD: "из полей формы",
    UtmFrom.PAGE: "из адреса страницы",
    UtmFrom.REFERRER: "из адреса предыдущей страницы сайта",
    UtmFrom.LAST_TOUCH: "из визита, который запомнил скрипт",
    UtmFrom.SOURCEBUSTER: "из cookie sbjs_current",
    UtmFrom.TILDA: "из cookie TILDAUTM",
    UtmFrom.FIRST_TOUCH: "из первого визита",
    UtmFrom.INFERRED: "по переходу",
}

_VISIT_KINDS: Mapping[str, str] = {
    VisitKind.TAGGED: "размеченная ссылка",
    VisitKind.AD: "реклама",
    VisitKind.ORGANIC: "поиск",
    VisitKind.SOCIAL: "соцсеть",
    VisitKind.MESSENGER: "мессенджер",
    VisitKind.REFERRAL: "другой сайт",
    VisitKind.INTERNAL: "с этого же сайта",
    VisitKind.DIRECT: "прямой заход",
}


def utm_from(code: str | None) -> str | None:
    """Say what told the marks."""
    return _(_UTM_FROM.get(code, code)) if code else None


def visit_kind(code: str) -> str:
    """Name the way a visitor came."""
    return _(_VISIT_KINDS.get(code, code))
