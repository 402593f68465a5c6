"""A configured source of submissions, and the CRM account that gets its leads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from intake.domain.doubt import SpamRules
from intake.domain.hours import WorkingTime
from intake.domain.sharing import Share


@dataclass(frozen=True, slots=True)
class FieldTarget:
    """Where a site's own field name leads: exactly one of the three is given.

    `field` is one of ours (``name``, ``phone``, ``region`` …), `custom` the id of a
    custom field of the CRM, `contact` a type of `intake.domain.lead.CONTACT_TYPES`.
    """

    field: str | None = None
    custom: int | None = None
    contact: str | None = None


class TouchChoice(StrEnum):
    """Whose marks the CRM gets: those of the visitor's first visit, or of the last one."""

    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class FieldRules:
    """What a site lets its pages say, beyond what every page may say.

    `default_country` is an ISO 3166-1 code. `custom_inputs`, `inbox_types` and
    `pipelines` are the ids a page may name by itself; any other is told as an issue.
    `attribution` says whose marks the CRM gets, `infer_utm` whether a visit without marks
    gets the source and medium that its referrer or click tells.
    """

    default_country: str = "RU"
    targets: Mapping[str, FieldTarget] = field(default_factory=dict)
    custom_inputs: frozenset[int] = frozenset()
    inbox_types: frozenset[int] = frozenset()
    pipelines: frozenset[int] = frozenset()
    attribution: TouchChoice = TouchChoice.LAST
    infer_utm: bool = False


class Repeat(StrEnum):
    """What becomes of an enquiry of a person who has an open deal.

    ``new``: a lead as for anybody, ``comment``: no lead, the deal gets a comment,
    ``new_with_link``: a lead whose comment names the deal.
    """

    NEW = "new"
    COMMENT = "comment"
    NEW_WITH_LINK = "new_with_link"


@dataclass(frozen=True, slots=True)
class StartRule:
    """Take the lead into work, on behalf of these people (0: nobody)."""

    user_id: int
    employee_id: int = 0


@dataclass(frozen=True, slots=True)
class StageRule:
    """Move the deal to this stage once it is there."""

    stage_id: int
    employee_id: int | None = None


# Fields of a deal that are the CRM's own, by their ids: the name and the marks of the
# visit (API reference, "Enumerations"). All others are custom.
SYSTEM_DEAL_FIELDS = frozenset({2001, 2005, 2006, 2007, 2008, 2009, 20012})


@dataclass(frozen=True, slots=True)
class TaskRule:
    """Set a task for the deal, due `after` the lead, within the site's working hours.

    `employee_id` None: for whoever is responsible for the deal.
    """

    text: str
    after: timedelta = timedelta(0)
    employee_id: int | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """A source of submissions: whose pages may post, and what becomes of a lead.

    `origins` are exact (``https://okna.example``); none given: any page may post, and
    none may redirect. `create` is ``workset`` or ``set``.

    Of the deal: `tags_deal` are added to it, `deal_comment` is a comment of it,
    `deal_fields` are set (by the field's id), `responsible` says among whom leads are
    shared out. Texts may hold the names in `intake.domain.wording.PLACEHOLDERS`.
    `working` None: around the clock. `retention_days`: after so many days only the skeleton
    of what was delivered is kept; None: everything, for ever.
    """

    key: str
    title: str
    crm: str
    origins: frozenset[str] = frozenset()
    thanks_url: str | None = None
    create: str = "workset"
    inbox_type_id: int | None = None
    pipeline_id: int | None = None
    employee_id: int | None = None
    tags: tuple[str, ...] = ()
    start: StartRule | None = None
    stage: StageRule | None = None
    repeat: Repeat = Repeat.NEW
    tags_deal: tuple[str, ...] = ()
    deal_comment: str | None = None
    deal_fields: Mapping[int, str] = field(default_factory=dict)
    task: TaskRule | None = None
    responsible: tuple[Share, ...] = ()
    working: WorkingTime | None = None
    comment_extra: bool = True
    retention_days: int | None = None
    rules: FieldRules = field(default_factory=FieldRules)
    spam: SpamRules = field(default_factory=SpamRules)


@dataclass(frozen=True, slots=True)
class CrmAccount:
    """One Envybox account. `api_key` is a secret: never shown, logged or stored.

    `lead_page`, `deal_page` are paths of the CRM's own pages, with ``{id}`` in them.
    """

    key: str
    url: str
    api_key: str = field(repr=False)
    path: str = "/openapi/v1"
    crm_id: int | None = None
    rate: float = 5.0
    lead_page: str | None = None
    deal_page: str | None = None


@dataclass(frozen=True, slots=True)
class Directory:
    """Every configured site and account, and how a post finds its site."""

    sites: Mapping[str, Site]
    accounts: Mapping[str, CrmAccount]

    @property
    def only_site(self) -> Site | None:
        """The site, where there is exactly one; naming it is then optional."""
        return next(iter(self.sites.values())) if len(self.sites) == 1 else None

    @property
    def titles(self) -> dict[str, str]:
        """The names of the sites by their keys."""
        return {key: site.title for key, site in self.sites.items()}

    def site_for_crm(self, crm_id: int) -> Site | None:
        """Find the site that a ``WBK.sendCrmLead(crm_id, …)`` call means.

        The first site of the account with that id; with one account configured any id
        finds it, since pages keep ids of accounts long gone.
        """
        accounts = {key for key, account in self.accounts.items() if account.crm_id == crm_id}
        if not accounts and len(self.accounts) == 1:
            accounts = set(self.accounts)
        return next((site for site in self.sites.values() if site.crm in accounts), None)
