"""Taking a post in: whose is it, may it come, can anyone be called back, keep it.

Knows nothing of HTTP but the status it suggests. Whatever can be kept is kept: a refused
post stands in the log as rejected, where a marketer finds it, and one that may be a
robot's is held there until a person has decided.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import ceil

from intake import crash
from intake.domain.doubt import CaptchaRule, Doubt
from intake.domain.lead import Issue, Lead
from intake.domain.site import Directory, Site
from intake.domain.submission import Channel, RawSubmission, SubmissionState
from intake.normalise import normalise
from intake.normalise.sources import NO_SOURCES, Sources
from intake.receive.guard import may_post
from intake.receive.limits import Buckets, Limits
from intake.receive.post import Post
from intake.receive.suspicion import Evidence, doubts_about
from intake.receive.token import FormTokens, Standing, TokenCheck, key_of
from intake.receive.trial import TrialPasses, as_trial
from intake.store.submissions import NewSubmission, Receipt

MAX_SITE_NAME = 100


@dataclass(frozen=True, slots=True)
class Accepted:
    """A post that was taken in, now or before; a held one too, of which its sender is not told."""

    receipt: Receipt
    site: Site


@dataclass(frozen=True, slots=True)
class Refused:
    """A post that was not: `code` and the codes in `errors` are keys of `texts`.

    `errors` maps the field to mend, by the name the page gave it, to what is wrong.
    `values` fill the sentence of `code`. `retry_after`: seconds, 0 where it is no use.
    """

    status: int
    code: str
    site: Site | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class CaptchaTask:
    """A captcha to be checked for a submission that is held until then."""

    uid: str
    crm: str
    rule: CaptchaRule
    token: str = field(repr=False)
    ip: str | None = None


@dataclass(frozen=True, slots=True)
class _Judged:
    """What a post came to: under which key it is kept, and why it is held."""

    key: str | None
    doubts: tuple[Doubt, ...] = ()
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """The use case: what it needs to take posts in.

    `save` keeps a submission, durable when it returns. `ring` is called with the id of a
    new delivery after that. `crm_ids` gives the numbers of accounts that are not
    configured but were learned, by account. `sources` tell the region of a mobile number or
    of an IP address. `check_captcha` has a captcha checked, and returns at once: no visitor
    waits for that. `trials` are the passes of tests; without them there are none.
    """

    save: Callable[[NewSubmission], Receipt]
    directory: Directory
    ring: Callable[[int], object]
    tokens: FormTokens
    own_origins: frozenset[str] = frozenset()
    crm_ids: Callable[[], Mapping[str, int]] = dict
    sources: Sources = NO_SOURCES
    check_captcha: Callable[[CaptchaTask], object] = lambda _task: None
    limits: Limits = field(default_factory=lambda: Limits(Buckets()))
    trials: TrialPasses | None = None

    def accept(self, post: Post, site_name: str | None) -> Accepted | Refused:
        """Take a post in, or say why not. Raises StoreUnavailableError."""
        wait = self.limits.wait_for_any(post.raw.ip)
        if wait:
            return Refused(429, "too_many", retry_after=ceil(wait))
        site = self.find_site(site_name, post.crm_id)
        if site is None:
            return self._refuse_unknown(post, site_name)
        if post.trial_pass:
            return self._accept_trial(post, post.trial_pass, site)
        if not may_post(site, post.origin, self.own_origins):
            self.keep_rejected(post.raw, "foreign_origin", site.key, post.key)
            return Refused(403, "foreign_origin", site, values={"origin": post.origin or ""})
        return self._accept_for(post, site)

    def _accept_trial(self, post: Post, given: str, site: Site) -> Accepted | Refused:
        now = post.raw.received_at
        key = self.trials.read(given, site.key, now) if self.trials else None
        if key is None:
            return Refused(403, "trial_over", site)
        return self._accept_for(as_trial(post, key), site)

    def _accept_for(self, post: Post, site: Site) -> Accepted | Refused:
        token = self.tokens.check(post.form_token, site.key, post.raw.received_at)
        key = post.key or _key_by_form(post, token) or _key_by_click(post)
        lead = self._tell_other_crm(
            normalise(post.raw, site.rules, self.sources), site, post.crm_id
        )
        if not lead.has_contact:
            self._reject(site.key, post.raw, lead, "no_contact", key)
            return Refused(422, "no_contact", site, errors=_what_to_mend(lead))
        lead = _tell_expired(lead, token)
        # A person of our own sends a test: it is not judged.
        is_trial = post.raw.channel is Channel.TRIAL
        doubts = () if is_trial else self._doubts(post, lead, site, token)
        return self._keep(post, site, lead, _Judged(key, doubts, _made_at(post)))

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

    def keep_rejected(
        self, raw: RawSubmission, reason: str, site_name: str | None, key: str | None = None
    ) -> None:
        """Keep what was sent of a post that cannot be taken in."""
        self._reject(site_name or "", raw, normalise(raw, sources=self.sources), reason, key)

    def _reject(
        self, site: str, raw: RawSubmission, lead: Lead, reason: str, key: str | None
    ) -> None:
        # Whoever sends rubbish without end is answered, but does not fill the log.
        if self.limits.wait_for_refused(raw.ip):
            return
        name = "".join(char for char in site if char.isprintable())[:MAX_SITE_NAME]
        rejected = SubmissionState.REJECTED
        self.save(NewSubmission(name, raw, lead, rejected, key=key, reason=reason))

    def _refuse_unknown(self, post: Post, name: str | None) -> Refused:
        self.keep_rejected(post.raw, "unknown_site", name, post.key)
        if name is None:
            return Refused(404, "site_needed")
        return Refused(404, "unknown_site", values={"site": f"«{name[:MAX_SITE_NAME]}»"})

    def _doubts(self, post: Post, lead: Lead, site: Site, token: TokenCheck) -> tuple[Doubt, ...]:
        flood = self.limits.is_flood(site.key, post.raw.ip, site.spam.posts_per_minute)
        return doubts_about(post, lead, site.spam, Evidence(token, flood))

    def _keep(self, post: Post, site: Site, lead: Lead, judged: _Judged) -> Accepted:
        held = bool(judged.doubts)
        new = NewSubmission(
            site=site.key,
            raw=post.raw,
            lead=lead,
            state=SubmissionState.HELD if held else SubmissionState.ACCEPTED,
            key=judged.key,
            crm=None if held else site.crm,
            doubts=judged.doubts,
            made_at=judged.made_at,
        )
        receipt = self.save(new)
        crash.point("accept.before_ring")
        if receipt.delivery_id is not None:
            self.ring(receipt.delivery_id)
        self._have_captcha_checked(post, site, receipt, judged)
        crash.point("accept.before_reply")
        return Accepted(receipt, site)

    def _have_captcha_checked(
        self, post: Post, site: Site, receipt: Receipt, judged: _Judged
    ) -> None:
        # A captcha is good for one check: a repeat's has had it.
        rule = site.spam.captcha
        if rule is None or receipt.repeated or Doubt.CAPTCHA_PENDING not in judged.doubts:
            return
        token = post.captcha_token or ""
        self.check_captcha(CaptchaTask(receipt.uid, site.crm, rule, token, post.raw.ip))


def _key_by_form(post: Post, token: TokenCheck) -> str | None:
    """Return the key of a form without a script, whose button may be pressed twice."""
    is_good = post.form_token is not None and token.standing is Standing.GOOD
    return key_of(post.form_token or "", post.raw) if is_good else None


def _key_by_click(post: Post) -> str | None:
    """Return the key of a form without a script and a token: the same text, just sent before."""
    if not post.from_page:
        return None
    raw = post.raw
    return key_of(f"{raw.ip} {raw.user_agent} {raw.page_url}", raw)


def _made_at(post: Post) -> datetime | None:
    """Return when the visitor pressed the button; None where a program's own key rules.

    Our script counts from the press on, over every try; a browser without it does not wait.
    """
    waited = 0 if post.from_page and post.key is None else post.raw.waited_ms
    return None if waited is None else post.raw.received_at - timedelta(milliseconds=waited)


def _tell_expired(lead: Lead, token: TokenCheck) -> Lead:
    if token.standing is not Standing.EXPIRED:
        return lead
    message = "Страница с формой была открыта больше суток назад; на заявку это не влияет."
    return replace(lead, issues=(*lead.issues, Issue("form_expired", None, message, None)))


def _what_to_mend(lead: Lead) -> dict[str, str]:
    """Point at the field that was meant to be a contact; at ``phone`` where none was."""
    errors = {
        issue.field: f"bad_{kind}"
        for kind in ("email", "phone")
        for issue in lead.issues
        if issue.field and issue.code.startswith(kind)
    }
    return errors or {"phone": "no_contact"}
