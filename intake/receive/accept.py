"""Taking a post in: whose is it, may it come, can anyone be called back, keep it.

Knows nothing of HTTP but the status it suggests. Whatever can be kept is kept: a refused
post stands in the log as rejected, where a marketer finds it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from intake import crash
from intake.domain.lead import Issue, Lead
from intake.domain.site import Directory, Site
from intake.domain.submission import RawSubmission, SubmissionState
from intake.normalise import normalise
from intake.normalise.sources import NO_SOURCES, Sources
from intake.receive.guard import may_post
from intake.receive.post import Post
from intake.store.submissions import NewSubmission, Receipt

MAX_SITE_NAME = 100


@dataclass(frozen=True, slots=True)
class Accepted:
    """A post that was taken in, now or before."""

    receipt: Receipt
    site: Site


@dataclass(frozen=True, slots=True)
class Refused:
    """A post that was not: `code` and the codes in `errors` are keys of `texts`.

    `errors` maps the field to mend, by the name the page gave it, to what is wrong.
    `values` fill the sentence of `code`.
    """

    status: int
    code: str
    site: Site | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Intake:
    """The use case: what it needs to take posts in.

    `save` keeps a submission, durable when it returns. `ring` is called with the id of a
    new delivery after that. `crm_ids` gives the numbers of accounts that are not
    configured but were learned, by account. `sources` tell the region of a mobile number or
    of an IP address.
    """

    save: Callable[[NewSubmission], Receipt]
    directory: Directory
    ring: Callable[[int], object]
    own_origins: frozenset[str] = frozenset()
    crm_ids: Callable[[], Mapping[str, int]] = dict
    sources: Sources = NO_SOURCES

    def accept(self, post: Post, site_name: str | None) -> Accepted | Refused:
        """Take a post in, or say why not. Raises StoreUnavailableError."""
        site = self.find_site(site_name, post.crm_id)
        if site is None:
            return self._refuse_unknown(post, site_name)
        if not may_post(site, post.origin, self.own_origins):
            self.keep_rejected(post.raw, "foreign_origin", site.key)
            return Refused(403, "foreign_origin", site, values={"origin": post.origin or ""})
        lead = self._tell_other_crm(
            normalise(post.raw, site.rules, self.sources), site, post.crm_id
        )
        if not lead.has_contact:
            self._save(site.key, post.raw, lead, reason="no_contact")
            return Refused(422, "no_contact", site, errors=_what_to_mend(lead))
        return self._keep(post, site, lead)

    def find_site(self, name: str | None, crm_id: int | None) -> Site | None:
        """Find the site a post is for: by name, by its CRM, or the only one there is."""
        if name is not None:
            return self.directory.sites.get(name)
        if crm_id is not None:
            return self.directory.site_for_crm(crm_id) or self._site_of_learned(crm_id)
        return self.directory.only_site

    def _site_of_learned(self, crm_id: int) -> Site | None:
        accounts = {account for account, known in self.crm_ids().items() if known == crm_id}
        return next((s for s in self.directory.sites.values() if s.crm in accounts), None)

    def _tell_other_crm(self, lead: Lead, site: Site, crm_id: int | None) -> Lead:
        if crm_id is None:
            return lead
        known = self.directory.accounts[site.crm].crm_id or self.crm_ids().get(site.crm)
        if known is None or known == crm_id:
            return lead
        issue = Issue(
            "other_crm_id",
            "crm_id",
            f"Страница назвала CRM {crm_id}, а у этого сайта CRM {known}; отправляем в {known}.",
            str(crm_id),
        )
        return replace(lead, issues=(*lead.issues, issue))

    def keep_rejected(self, raw: RawSubmission, reason: str, site_name: str | None) -> None:
        """Keep what was sent of a post that cannot be taken in."""
        self._save(site_name or "", raw, normalise(raw, sources=self.sources), reason=reason)

    def _refuse_unknown(self, post: Post, name: str | None) -> Refused:
        self.keep_rejected(post.raw, "unknown_site", name)
        if name is None:
            return Refused(404, "site_needed")
        return Refused(404, "unknown_site", values={"site": f"«{name[:MAX_SITE_NAME]}»"})

    def _keep(self, post: Post, site: Site, lead: Lead) -> Accepted:
        receipt = self._save(site.key, post.raw, lead, key=post.key, crm=site.crm)
        crash.point("accept.before_ring")
        if receipt.delivery_id is not None:
            self.ring(receipt.delivery_id)
        crash.point("accept.before_reply")
        return Accepted(receipt, site)

    def _save(
        self,
        site: str,
        raw: RawSubmission,
        lead: Lead,
        **more: str | None,
    ) -> Receipt:
        state = SubmissionState.REJECTED if more.get("reason") else SubmissionState.ACCEPTED
        name = "".join(char for char in site if char.isprintable())[:MAX_SITE_NAME]
        new = NewSubmission(
            site=name,
            raw=raw,
            lead=lead,
            state=state,
            key=more.get("key"),
            reason=more.get("reason"),
            crm=more.get("crm"),
        )
        return self.save(new)


def _what_to_mend(lead: Lead) -> dict[str, str]:
    """Point at the field that was meant to be a contact; at ``phone`` where none was."""
    errors = {
        issue.field: f"bad_{kind}"
        for kind in ("email", "phone")
        for issue in lead.issues
        if issue.field and issue.code.startswith(kind)
    }
    return errors or {"phone": "no_contact"}
