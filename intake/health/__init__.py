"""Health for machines: is the service alive, may it be sent posts, what are its figures.

Everything is computed from the store at the moment it is asked for, so that any number
of processes tell the same.
"""

from intake.health.readiness import Readiness
from intake.health.web import create_blueprint

__all__ = ["Readiness", "create_blueprint"]
