"""Errors of the service that its own parts raise and its borders answer."""


class IntakeError(Exception):
    """Base of every error the service raises on purpose; its text is for people."""


class StoreUnavailableError(IntakeError):
    """The database could not be read or written now; trying again later may help."""


class LeaseLostError(IntakeError):
    """Another worker has taken the delivery over; nothing more may be written for it."""


class SettingsError(IntakeError):
    """A setting is wrong; the text names it, says what is wrong, and gives an example."""
