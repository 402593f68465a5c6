"""The methods of the API. To add one, write a function and decorate it with its name."""

from . import (
    clients,
    deal_changes,
    deal_lists,
    deal_log,
    deals,
    fields,
    lead_changes,
    lead_log,
    lead_start,
    leads,
    main,
    stats,
    tasks,
    widget,
)
from .registry import METHODS, Call, Method, Reply

__all__ = [
    "METHODS",
    "Call",
    "Method",
    "Reply",
    "clients",
    "deal_changes",
    "deal_lists",
    "deal_log",
    "deals",
    "fields",
    "lead_changes",
    "lead_log",
    "lead_start",
    "leads",
    "main",
    "stats",
    "tasks",
    "widget",
]
