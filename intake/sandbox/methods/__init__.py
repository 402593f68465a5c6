"""The methods of the API. To add one, write a function and decorate it with its name."""

from . import deals, leads, main
from .registry import METHODS, Call, Method, Reply

__all__ = ["METHODS", "Call", "Method", "Reply", "deals", "leads", "main"]
