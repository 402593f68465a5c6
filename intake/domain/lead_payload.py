"""What the CRM is told of a lead: the requests of its creation, start and stage. Pure."""

from intake.domain.json import JsonObject, JsonValue
from intake.domain.lead import Lead
from intake.domain.site import Site, StageRule, StartRule

# The number stands in the comment of the CRM's card: a manager can read it out, and an
# attempt whose answer was lost can be recognised by it.
NUMBER_LINE = "Заявка № {number}"


# Names the open deal of a person who comes again.
EARLIER_LINE = "У клиента есть открытая сделка № {deal_id}: {url}"
# Names the lead that a person has corrected, which stands in the CRM as it was.
REPLACES_LINE = "Данные исправлены вручную. Прежняя заявка — лид № {lead_id}, её можно закрыть."


def earlier_lines(deal_id: int | None, url: str, replaces: int | None) -> str | None:
    """Return what a card says of those before it: an open deal, a lead it stands in for."""
    told = [EARLIER_LINE.format(deal_id=deal_id, url=url)] if deal_id else []
    told += [REPLACES_LINE.format(lead_id=replaces)] if replaces else []
    return "\n".join(told) or None


def lead_payload(lead: Lead, site: Site, number: str, earlier: str | None = None) -> JsonObject:
    """Return the parameters of lead/set; what is not known is left out.

    `earlier` is the line that names an open deal of the same person.

    API: lead/set, “Создание новой заявки (лида)”.
    """
    request: JsonObject = {
        "method": "create",
        "pipeline_id": lead.pipeline_id or site.pipeline_id,
        "inbox_type_id": lead.inbox_type_id or site.inbox_type_id,
        "employee_id": site.employee_id,
        "visit_id": _visit_id(lead),
        "region": lead.region,
        "timezone": lead.timezone,
        "tags": list(dict.fromkeys((*site.tags, *lead.tags))) or None,
        "record_link": lead.record_link,
        "values": _values(lead, site, number, earlier),
        "contact_data": [
            _known({"type": each.type, "value": each.value, "addon": each.addon})
            for each in lead.contact_data
        ]
        or None,
    }
    return _known(request)


def _values(lead: Lead, site: Site, number: str, earlier: str | None) -> JsonObject:
    attribution = lead.attribution
    values: JsonObject = {
        "name": lead.name,
        "phone": lead.phone.value if lead.phone else None,
        "email": lead.email,
        "comment": comment(lead, site, number, earlier),
        **attribution.utm,
        "google_client_id": attribution.google_client_id,
        "yandex_client_id": attribution.yandex_client_id,
        "custom": [{"input_id": each.input_id, "value": each.value} for each in lead.custom]
        or None,
    }
    return _known(values)


def start_request(lead_id: JsonValue, rule: StartRule) -> JsonObject:
    """Return the parameters of lead/start.

    API: lead/start, “Взятие заявки (лида) в работу”.
    """
    return {"lead_id": lead_id, "user_id": rule.user_id, "employee_id": rule.employee_id}


def stage_request(deal_id: JsonValue, rule: StageRule) -> JsonObject:
    """Return the parameters of deal/updateDealStage.

    API: deal/updateDealStage, “Смена этапа сделки”.
    """
    request: JsonObject = {"deal_id": deal_id, "stage_id": rule.stage_id}
    return request if rule.employee_id is None else request | {"employee_id": rule.employee_id}


def comment(lead: Lead, site: Site, number: str, earlier: str | None = None) -> str:
    """Return the comment of the card: the visitor's words, the rest of the form, our number."""
    lines = [lead.comment] if lead.comment else []
    if lead.phone and lead.phone.extension:
        lines.append(f"Добавочный: {lead.phone.extension}")
    if site.comment_extra:
        lines += [f"{name}: {value}" for name, value in lead.extra.items()]
    lines += [earlier] if earlier else []
    return "\n".join((*lines, NUMBER_LINE.format(number=number)))


def enquiry(lead: Lead, site: Site, number: str) -> str:
    """Return an enquiry as the comment of an open deal: who, what, from where, our number."""
    known = {
        "Имя": lead.name,
        "Телефон": lead.phone.value if lead.phone else None,
        "Почта": lead.email,
        **{contact.type: contact.value for contact in lead.contact_data},
        **{f"Поле {each.input_id}": each.value for each in lead.custom},
        **lead.attribution.utm,
        "Теги": ", ".join(lead.tags),
    }
    lines = [f"{name}: {value}" for name, value in known.items() if value]
    return "\n".join((f"Новая заявка с сайта «{site.title}»", *lines, comment(lead, site, number)))


def _visit_id(lead: Lead) -> JsonValue:
    return int(lead.visit_id) if lead.visit_id and lead.visit_id.isdecimal() else None


def _known(values: JsonObject) -> JsonObject:
    return {name: value for name, value in values.items() if value is not None}
