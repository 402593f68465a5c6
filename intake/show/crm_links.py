"""Where in the CRM a lead or a deal has its page."""

from intake.domain.site import Directory


def lead_link(directory: Directory, crm: str, lead_id: int) -> str | None:
    """Return the address of a lead's page; the CRM's front door where it is not configured."""
    account = directory.accounts.get(crm)
    return _link(account.url, account.lead_page, lead_id) if account else None


def deal_link(directory: Directory, crm: str, deal_id: int) -> str | None:
    """Return the address of a deal's page; the CRM's front door where it is not configured."""
    account = directory.accounts.get(crm)
    return _link(account.url, account.deal_page, deal_id) if account else None


def _link(url: str, page: str | None, id_: int) -> str | None:
    if not url.startswith(("https://", "http://")):
        return None
    return url if page is None else url.rstrip("/") + page.replace("{id}", str(id_))
