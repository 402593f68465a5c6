"""An Envybox CRM to run offline: its API, a page to watch the leads arrive, and its bad days.

For trying the product without an account, for demonstrations, and for tests over real
HTTP. Imports nothing else of `intake`: only Flask and the standard library.

::

    api.py       HTTP in, HTTP out             methods/       one function a method, by name
    received.py  what a request asks for       world.py       calls against the CRM as a whole
    answers.py   replies, and with faults      leads.py       enquiries gathered into cards
    widget.py    WBK, for pages of any site    card.py        what a card shows
    control.py   /sandbox/…: state, ledger,    merging.py     cards that turn out to be one
                 faults, reset                 deals.py       and clients.py, tasks.py
    pages.py     the pages, live.py their      *_shapes.py    rows as the reference prints them
                 changing parts                outcome.py     what a call came to, for the ledger
    failures.py  what leads nowhere            database.py    the memory: SQLite, file.py opens it

A person's enquiries become one card until it is taken into work, as in the CRM; so a client
that ignores `parent_id`, or repeats a call whose reply was lost, is found out here.
"""

from .app import create_sandbox
from .file import ForeignFileError
from .running import RunningSandbox
from .server import serve

__all__ = ["ForeignFileError", "RunningSandbox", "create_sandbox", "serve"]
