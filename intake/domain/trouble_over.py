"""What is said when a trouble is over, and which page shows what to do about one."""

from collections.abc import Mapping

from intake.domain.trouble import Kind

Names = Mapping[str, str]


def over_message(kind: str, subject: str, sites: Names) -> str:
    """Say in a sentence that a trouble is over."""
    site = subject.partition(" ")[0]
    title = f"«{sites.get(site, site)}»"
    words = {
        Kind.ATTENTION: f"{title}: заявки, которым было нужно внимание, разобраны.",
        Kind.HELD: f"{title}: придержанные заявки разобраны.",
        Kind.PAUSED: f"CRM «{subject}» снова принимает заявки: накопленные уходят по очереди.",
        Kind.LATE: "Заявки снова доставляются вовремя.",
        Kind.FAILING: f"{title}: заявки, которые не доходили, дошли или ждут вас.",
        Kind.SWEEPER: "Обходчик снова работает.",
        Kind.DISK: "На диске с базой снова достаточно места.",
        Kind.STORE: "База снова пишется, заявки принимаются.",
        Kind.SILENCE: f"{title}: заявки снова приходят.",
        Kind.MISSING: f"Сверка с CRM «{site}»: с ненайденными заявками разобрались.",
        Kind.TWICE: f"Сверка с CRM «{site}»: с двойными карточками разобрались.",
    }
    return {str(code): text for code, text in words.items()}.get(kind, "Неполадка закончилась.")


def page_of(kind: str, subject: str) -> str:
    """Return the page of the log that shows what to do about a trouble."""
    site = subject.partition(" ")[0]
    pages = {
        Kind.ATTENTION: f"/log?status=attention&site={site}",
        Kind.HELD: f"/log?status=held&site={site}",
        Kind.SILENCE: f"/log?site={site}",
        Kind.FAILING: f"/log?status=retrying&site={site}",
    }
    return {str(code): page for code, page in pages.items()}.get(kind, "/log/health")
