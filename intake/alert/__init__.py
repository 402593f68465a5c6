"""Telling people of troubles: what lasts is in the store, Apprise carries the messages.

`intake.domain.trouble` decides, `watch` looks and tells, `channels` sends. Any number of
processes may watch: the web notices a sweeper that is silent, and the other way round.
"""

from intake.alert.channels import Channels
from intake.alert.watch import Watch, keep_watching

__all__ = ["Channels", "Watch", "keep_watching"]
