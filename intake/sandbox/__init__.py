"""An Envybox CRM to run offline: its API, a page to watch the leads arrive, and its bad days.

For trying the product without an account, for demonstrations, and for tests over real
HTTP. Imports nothing else of `intake`: only Flask and the standard library.

::

    api.py      HTTP in, HTTP out, faults     methods/    one function a method, by name
    control.py  /sandbox/…: state, ledger,    world.py    calls against the CRM as a whole
                faults, reset                 leads.py    cards, deals.py  clients, deals
    pages.py    the page                      shapes.py   rows as the reference prints them

A person's enquiries become one card until it is taken into work, as in the CRM; so a client
that ignores `parent_id`, or repeats a call whose reply was lost, is found out here.
"""

from .app import create_sandbox
from .running import RunningSandbox
from .server import serve

__all__ = ["RunningSandbox", "create_sandbox", "serve"]
