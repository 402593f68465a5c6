"""What a site's developer pastes: ready, with this service's address and the site's key."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from intake.domain.site import Site
from intake.show.language import _

# The forms of the usual builders: they draw them late, and mark them by these classes.
TILDA_FORMS = ".t-form"
WORDPRESS_FORMS = ".wpcf7-form, .elementor-form, .wpforms-form"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of code and what to do with it; `notes` are sentences."""

    key: str
    title: str
    code: str
    notes: tuple[str, ...] = ()


def script_line(url: str, site: Site, forms: str | None = None) -> str:
    """Return the line that loads the script."""
    more = f' data-forms="{escape(forms)}"' if forms else ""
    source = escape(f"{url}/static/intake.js")
    return f'<script src="{source}" data-site="{escape(site.key)}"{more} async></script>'


def snippets_for(url: str, site: Site, crm_id: int | None) -> Sequence[Snippet]:
    """Return what a site may need, the usual first."""
    return [
        replace(each, title=_(each.title), notes=tuple(_(note) for note in each.notes))
        for each in _snippets(url, site, crm_id)
    ]


def _snippets(url: str, site: Site, crm_id: int | None) -> Sequence[Snippet]:
    return (
        Snippet(
            "line",
            "1. Одна строка на страницу",
            script_line(url, site),
            (
                (
                    "Вставьте перед </head> на каждой странице, и на те, куда ведёт реклама: "
                    "скрипт запоминает метки с первой страницы."
                ),
                "Формы он находит по атрибуту data-intake.",
            ),
        ),
        Snippet(
            "form",
            "2. Форма",
            _form(url, site),
            (
                "Не убирайте action и method: без JavaScript форму отправит сам браузер.",
                "Поля можно называть и по-русски, и своими именами: лишние придут в комментарий.",
            ),
        ),
        Snippet(
            "wbk",
            "Старый код WBK.sendCrmLead",
            _wbk(url, site, crm_id),
            (
                (
                    "Вызовы менять не нужно: со строкой из пункта 1 функция станет нашей, "
                    "остальной WBK не изменится."
                ),
                _about_crm_id(crm_id),
            ),
        ),
        Snippet(
            "tilda",
            "Tilda",
            script_line(url, site, TILDA_FORMS),
            (
                (
                    "«Настройки сайта» → «Ещё» → «HTML-код для вставки внутрь HEAD», вставьте "
                    "строку и опубликуйте все страницы."
                ),
                (
                    "Форма работает, как работала, а копия каждой заявки приходит сюда, даже "
                    "если у Tilda или у сети сбой. Незаполненные обязательные поля не копируются."
                ),
                (
                    "После публикации отправьте форму на сайте: заявка должна появиться и здесь, "
                    "и в самой Tilda."
                ),
            ),
        ),
        Snippet(
            "wordpress",
            "WordPress: Contact Form 7, Elementor, WPForms",
            script_line(url, site, WORDPRESS_FORMS),
            (
                (
                    "Плагин вставки кода (например, WPCode) → Header, или header.php темы "
                    "перед </head>."
                ),
                (
                    "Плагин отправляет форму, как отправлял, а копия приходит сюда. Форму "
                    "другого плагина допишите в data-forms её классом через запятую."
                ),
                (
                    "Если стоит плагин кэша или «оптимизации JS», исключите из него intake.js, "
                    "intake-form.js и intake-page.js и сбросьте кэш."
                ),
            ),
        ),
    )


def _form(url: str, site: Site) -> str:
    action = escape(f"{url}/submit/{site.key}")
    return f"""<form data-intake action="{action}" method="post">
  <label>{_("Имя")} <input name="name" autocomplete="name"></label>
  <label>{_("Телефон")} <input name="phone" type="tel" autocomplete="tel" required></label>
  <label>{_("Комментарий")} <textarea name="comment"></textarea></label>
  <button type="submit">{_("Отправить")}</button>
</form>"""


def _wbk(url: str, site: Site, crm_id: int | None) -> str:
    fields = json.dumps({"name": _("Анна"), "phone": "8 912 345-67-89"}, ensure_ascii=False)
    number = "0000" if crm_id is None else crm_id
    return f"""{script_line(url, site)}
<script>
  function send() {{
    WBK.sendCrmLead({number}, {fields});
  }}
</script>"""


def _about_crm_id(crm_id: int | None) -> str:
    if crm_id is None:
        return "0000 — номер вашей CRM; он узнается сам, когда CRM ответит в первый раз."
    return _(
        "%(crm_id)s — номер вашей CRM; если на странице другой, заявка дойдёт с пометкой.",
        crm_id=crm_id,
    )
