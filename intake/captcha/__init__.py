"""Asking a captcha's service whether its answer is real. Knows nothing of the web or the store.

`service` is the wire: one question, one verdict. `checker` asks from threads of its own, so
that no visitor waits, and hands the verdict on.
"""

from intake.captcha.checker import Checker
from intake.captcha.service import Service, Verdict

__all__ = ["Checker", "Service", "Verdict"]
