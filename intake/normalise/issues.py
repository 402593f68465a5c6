"""Every repair and doubt the normaliser can tell of, with the sentence a marketer reads."""

from enum import StrEnum

from intake.domain.lead import Issue
from intake.domain.utm_doctor import DEFECTS
from intake.normalise.text import clean_line

MAX_ORIGINAL = 300


class IssueCode(StrEnum):
    """Stable codes, for filters and programs; `SENTENCES` has the text for people."""

    PHONE_UNUSABLE = "phone_unusable"
    PHONE_FILLER = "phone_filler"
    PHONE_INCOMPLETE = "phone_incomplete"
    PHONE_TOO_LONG = "phone_too_long"
    PHONE_DOUBTFUL = "phone_doubtful"
    PHONE_LOOKS_MADE_UP = "phone_looks_made_up"
    PHONE_REPAIRED = "phone_repaired"
    PHONE_COUNTRY_GUESSED = "phone_country_guessed"
    PHONE_SECOND_NUMBER = "phone_second_number"
    EMAIL_UNUSABLE = "email_unusable"
    EMAIL_REPAIRED = "email_repaired"
    EMAIL_SECOND = "email_second"
    EMAIL_MAYBE_MISSPELT = "email_maybe_misspelt"
    NAME_PLACEHOLDER = "name_placeholder"
    NAME_RECASED = "name_recased"
    NAME_REPAIRED = "name_repaired"
    NAME_IS_CONTACT = "name_is_contact"
    NAME_IS_TRIAL = "name_is_trial"
    TEXT_CUT = "text_cut"
    ENCODING_REPAIRED = "encoding_repaired"
    SECOND_VALUE = "second_value"
    FIELD_GUESSED = "field_guessed"
    FIELDS_CUT = "fields_cut"
    CONTACT_TYPE_UNKNOWN = "contact_type_unknown"
    CUSTOM_NOT_ALLOWED = "custom_not_allowed"
    ID_NOT_ALLOWED = "id_not_allowed"
    LINK_UNUSABLE = "link_unusable"
    REGION_UNKNOWN = "region_unknown"
    REGION_AMBIGUOUS = "region_ambiguous"
    REGION_IS_COUNTRY = "region_is_country"
    REGION_FOREIGN = "region_foreign"
    REGION_CORRECTED = "region_corrected"
    REGION_TWO_IN_ONE = "region_two_in_one"
    REGION_REGISTERED_TWICE = "region_registered_twice"
    REGION_CONFLICT = "region_conflict"
    REGION_MOBILE_ELSEWHERE = "region_mobile_elsewhere"
    REGION_IP_ELSEWHERE = "region_ip_elsewhere"
    REGION_IP_WEAK = "region_ip_weak"
    REGION_CHOSEN = "region_chosen"
    TIMEZONE_UNKNOWN = "timezone_unknown"
    TIMEZONE_AMBIGUOUS = "timezone_ambiguous"
    TIMEZONE_OUT_OF_RANGE = "timezone_out_of_range"
    TIMEZONE_CONFLICT = "timezone_conflict"
    UTM_PLACEHOLDER = "utm_placeholder"
    UTM_MACRO = "utm_macro"
    UTM_MACRO_INSIDE = "utm_macro_inside"
    UTM_DUPLICATE = "utm_duplicate"
    UTM_CONFLICT = "utm_conflict"
    UTM_DOUBLE_ENCODED = "utm_double_encoded"
    UTM_WRONG_ENCODING = "utm_wrong_encoding"
    UTM_ENTITY = "utm_entity"
    UTM_SECOND_QUESTION = "utm_second_question"
    UTM_NO_QUESTION = "utm_no_question"
    UTM_SEPARATOR = "utm_separator"
    UTM_ENCODED_PAIR = "utm_encoded_pair"
    UTM_IN_HASH = "utm_in_hash"
    UTM_NAME = "utm_name"
    UTM_STRAY_SIGNS = "utm_stray_signs"
    UTM_SPACES = "utm_spaces"
    UTM_CASE = "utm_case"
    UTM_SOURCE_IN_MEDIUM = "utm_source_in_medium"
    UTM_ORGANIC_TAGGED = "utm_organic_tagged"
    UTM_NO_SOURCE = "utm_no_source"
    UTM_INFERRED = "utm_inferred"
    UTM_FIRST_TOUCH = "utm_first_touch"
    CLIENT_ID_ROUNDED = "client_id_rounded"
    CLIENT_ID_UNUSABLE = "client_id_unusable"
    ADDRESS_UNUSABLE = "address_unusable"


SENTENCES: dict[IssueCode, str] = {
    IssueCode.PHONE_UNUSABLE: "Это не похоже на номер телефона — поле телефона оставлено пустым.",
    IssueCode.PHONE_FILLER: "Номер набран для вида — поле телефона оставлено пустым.",
    IssueCode.PHONE_INCOMPLETE: (
        "В номере не хватает цифр (может быть, кода города) — позвонить по нему нельзя."
    ),
    IssueCode.PHONE_TOO_LONG: "В номере лишние цифры — понять, какие из них верные, нельзя.",
    IssueCode.PHONE_DOUBTFUL: (
        "Такого кода нет в плане нумерации. Номер отправлен как есть, проверьте его."
    ),
    IssueCode.PHONE_LOOKS_MADE_UP: "Номер похож на выдуманный, хотя такой код есть. Отправлен.",
    IssueCode.PHONE_REPAIRED: "Номер был записан с ошибкой, мы её исправили: проверьте номер.",
    IssueCode.PHONE_COUNTRY_GUESSED: "Код страны не указан, мы определили его по виду номера.",
    IssueCode.PHONE_SECOND_NUMBER: "В поле два номера. Взят первый, второй сохранён здесь.",
    IssueCode.EMAIL_UNUSABLE: "На такой адрес письмо не отправить. Он оставлен среди других полей.",
    IssueCode.EMAIL_REPAIRED: "В адресе почты убраны лишние знаки.",
    IssueCode.EMAIL_SECOND: "В поле два адреса почты. Взят первый, второй сохранён здесь.",
    IssueCode.EMAIL_MAYBE_MISSPELT: "Возможно, опечатка в адресе почты. Он отправлен как есть.",
    IssueCode.NAME_PLACEHOLDER: "Вместо имени стоит отговорка — имя оставлено пустым.",
    IssueCode.NAME_RECASED: "Имя было набрано заглавными буквами, мы записали его обычными.",
    IssueCode.NAME_REPAIRED: "В имени были знаки или буквы не из того алфавита, мы их исправили.",
    IssueCode.NAME_IS_CONTACT: "В поле имени стоит адрес почты — имя оставлено пустым.",
    IssueCode.NAME_IS_TRIAL: "Похоже, форму просто проверяли. Имя оставлено как есть.",
    IssueCode.TEXT_CUT: "Текст слишком длинный и обрезан; целиком он есть в исходной заявке.",
    IssueCode.ENCODING_REPAIRED: "Текст пришёл в неверной кодировке, мы её исправили.",
    IssueCode.SECOND_VALUE: "Для этого уже есть значение из другого поля. Это оставлено рядом.",
    IssueCode.FIELD_GUESSED: "Название поля незнакомо, о его смысле мы догадались по значению.",
    IssueCode.FIELDS_CUT: "Полей слишком много; остальные есть в исходной заявке.",
    IssueCode.CONTACT_TYPE_UNKNOWN: "В CRM нет такого вида контакта. Он оставлен среди полей.",
    IssueCode.CUSTOM_NOT_ALLOWED: (
        "Страница прислала поле CRM, которое ей не разрешено. Добавьте его номер в custom_inputs."
    ),
    IssueCode.ID_NOT_ALLOWED: (
        "Страница просила номер из CRM, который ей не разрешён; взят указанный в настройках сайта."
    ),
    IssueCode.LINK_UNUSABLE: "Это не ссылка http или https. Она оставлена среди других полей.",
    IssueCode.REGION_UNKNOWN: "Регион по этому тексту не определить, он оставлен пустым.",
    IssueCode.REGION_AMBIGUOUS: "Подходит несколько регионов, поэтому регион оставлен пустым.",
    IssueCode.REGION_IS_COUNTRY: "Указана страна или часть страны, а не регион.",
    IssueCode.REGION_FOREIGN: "Это место за пределами регионов, которые знает CRM.",
    IssueCode.REGION_CORRECTED: "В названии региона или города опечатка, мы её исправили.",
    IssueCode.REGION_TWO_IN_ONE: "Указаны и город, и область вокруг него. Взят город.",
    IssueCode.REGION_REGISTERED_TWICE: "Мобильный номер зарегистрирован сразу для двух регионов.",
    IssueCode.REGION_CONFLICT: "Код города в телефоне — из другого региона, чем на странице.",
    IssueCode.REGION_MOBILE_ELSEWHERE: (
        "Мобильный номер зарегистрирован в другом регионе — так бывает, когда человек переехал."
    ),
    IssueCode.REGION_IP_ELSEWHERE: (
        "IP-адрес указывает на другой регион. По адресу ошибаются часто, он не учтён."
    ),
    IssueCode.REGION_IP_WEAK: (
        "Регион взят по IP-адресу, а база адресов пишет «Москва» и тогда, когда не знает точно."
    ),
    IssueCode.REGION_CHOSEN: (
        "Мест с таким названием несколько; выбрать помогли номер телефона или IP-адрес."
    ),
    IssueCode.TIMEZONE_UNKNOWN: "Часовой пояс по этому тексту не определить.",
    IssueCode.TIMEZONE_AMBIGUOUS: (
        "Так сокращают названия нескольких часовых поясов, какой из них — не понять."
    ),
    IssueCode.TIMEZONE_OUT_OF_RANGE: "CRM принимает пояса от UTC-12:00 до UTC+12:00.",
    IssueCode.TIMEZONE_CONFLICT: "Часы посетителя и его регион показывают разное время.",
    IssueCode.UTM_INFERRED: "Меток в ссылке нет; источник определён по переходу, как велит сайт.",
    IssueCode.UTM_FIRST_TOUCH: (
        "Сайт отдаёт в CRM метки первого визита. Метки последнего видны рядом с заявкой."
    ),
    IssueCode.CLIENT_ID_ROUNDED: (
        "Идентификатор прислан числом: JavaScript такие числа округляет. Пришлите его строкой."
    ),
    IssueCode.CLIENT_ID_UNUSABLE: "Такого идентификатора не бывает, он оставлен пустым.",
    IssueCode.ADDRESS_UNUSABLE: "Это не адрес страницы, он оставлен пустым.",
}
SENTENCES |= {IssueCode(code): defect.sentence for code, defect in DEFECTS.items()}


class Notes:
    """Collects the issues of one submission, in the order they were found."""

    def __init__(self) -> None:
        self._issues: dict[tuple[str, str | None, str | None], Issue] = {}

    def add(
        self, code: IssueCode, field: str | None, original: str | None, detail: str = ""
    ) -> None:
        """Tell of `code` in the page's `field`; `detail` follows the code's own sentence."""
        kept = None if original is None else clean_line(original, MAX_ORIGINAL)
        name = None if field is None else clean_line(field, MAX_ORIGINAL)
        message = f"{SENTENCES[code]} {detail}".strip()
        self._issues.setdefault((code, name, kept), Issue(code.value, name, message, kept))

    def has(self, code: IssueCode) -> bool:
        """Whether `code` was told, of any field."""
        return any(known == code for known, _, _ in self._issues)

    def take(self, other: "Notes") -> None:
        """Tell all that `other` collected."""
        for issue in other.all():
            self._issues.setdefault((issue.code, issue.field, issue.original), issue)

    def all(self) -> tuple[Issue, ...]:
        """Return what was told, each once."""
        return tuple(self._issues.values())
