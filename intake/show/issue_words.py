"""What the normaliser's codes are called in the log's filter; the page has the sentences."""

from collections.abc import Mapping

_ISSUES: Mapping[str, str] = {
    "phone_unusable": "телефон: не номер",
    "phone_filler": "телефон: набран для вида",
    "phone_incomplete": "телефон: не хватает цифр",
    "phone_too_long": "телефон: лишние цифры",
    "phone_doubtful": "телефон: сомнительный",
    "phone_looks_made_up": "телефон: похож на выдуманный",
    "phone_repaired": "телефон: исправлен",
    "phone_country_guessed": "телефон: страна угадана",
    "phone_second_number": "телефон: два номера",
    "email_unusable": "почта: не адрес",
    "email_repaired": "почта: исправлена",
    "email_second": "почта: два адреса",
    "email_maybe_misspelt": "почта: возможна опечатка",
    "name_placeholder": "имя: отговорка",
    "name_recased": "имя: заглавными буквами",
    "text_cut": "текст обрезан",
    "encoding_repaired": "кодировка исправлена",
    "second_value": "два значения одного поля",
    "field_guessed": "смысл поля угадан",
    "fields_cut": "слишком много полей",
    "contact_type_unknown": "неизвестный вид контакта",
    "custom_not_allowed": "поле CRM не разрешено",
    "id_not_allowed": "номер из CRM не разрешён",
    "link_unusable": "ссылка: не читается",
    "region_unknown": "регион: не определён",
    "region_ambiguous": "регион: подходит несколько",
    "region_is_country": "регион: указана страна",
    "region_foreign": "регион: за пределами России",
    "region_corrected": "регион: исправлена опечатка",
    "region_two_in_one": "регион: город и область",
    "timezone_unknown": "пояс: не определён",
    "timezone_out_of_range": "пояс: вне допустимых",
    "timezone_conflict": "пояс: спорит с регионом",
    "utm_placeholder": "метки: не подставлены",
    "utm_repaired": "метки: исправлены",
    "utm_duplicate": "метки: указаны дважды",
    "utm_conflict": "метки: форма и адрес спорят",
    "client_id_unusable": "идентификатор: не читается",
    "address_unusable": "адрес страницы: не читается",
}


def issue(code: str) -> str:
    """Name a repair or a doubt shortly; a code that is not known here stays as it is."""
    return _ISSUES.get(code, code)
