"""Whether a post may be a robot's. Pure: it judges what was gathered, and decides nothing else.

A doubt never refuses and never drops: the post is held, and its sender is answered as
anybody. So each rule may only hit what hardly any person does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from intake.domain.doubt import Doubt, SpamRules
from intake.domain.lead import Lead
from intake.domain.submission import Channel
from intake.receive.post import Post
from intake.receive.token import Standing, TokenCheck

# People paste a link or two of what they want; nobody types markup.
MOST_LINKS = 4
_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
_MARKUP = re.compile(r"<a\s|\[(?:url|link)[=\]]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a post is judged by, besides itself."""

    token: TokenCheck
    flood: bool = False


def doubts_about(post: Post, lead: Lead, rules: SpamRules, evidence: Evidence) -> tuple[Doubt, ...]:
    """Return the reasons to hold a post; none for one that goes its way."""
    return tuple(_doubts(post, lead, rules, evidence))


def _doubts(post: Post, lead: Lead, rules: SpamRules, evidence: Evidence) -> Iterator[Doubt]:
    if post.trapped:
        yield Doubt.TRAP
    if post.raw.fill_ms is not None and timedelta(milliseconds=post.raw.fill_ms) < rules.min_fill:
        yield Doubt.TOO_FAST
    yield from _about_token(post, rules, evidence.token)
    if evidence.flood:
        yield Doubt.FLOOD
    if _advertises(lead):
        yield Doubt.LINKS
    if rules.captcha is not None:
        yield Doubt.CAPTCHA_PENDING if post.captcha_token else Doubt.CAPTCHA_MISSING


def _about_token(post: Post, rules: SpamRules, token: TokenCheck) -> Iterator[Doubt]:
    if token.standing is Standing.FORGED:
        yield Doubt.FORGED_TOKEN
    elif token.standing is Standing.ABSENT and rules.require_token:
        yield Doubt.NO_TOKEN
    elif token.age is not None and token.age < rules.min_fill and _came_with_its_token(post):
        yield Doubt.YOUNG_TOKEN


def _came_with_its_token(post: Post) -> bool:
    # A script asks for its token while the visitor is typing, maybe over a slow network, and
    # tells by itself how long that took: only a page that held the token from the start
    # tells by its age.
    return post.raw.channel is Channel.FORM and post.raw.fill_ms is None


def _advertises(lead: Lead) -> bool:
    name, comment = lead.name or "", lead.comment or ""
    return bool(
        _LINK.search(name) or _MARKUP.search(comment) or len(_LINK.findall(comment)) >= MOST_LINKS
    )
