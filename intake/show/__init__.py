"""The submission log: pages that show what `intake.store` holds, and nothing else.

It reads rows, lets a person send a delivery again, and rings; it talks to no CRM. Every
page is rendered on the server and works without JavaScript.
"""

from intake.show.blueprint import create_blueprint
from intake.show.health import Watchers
from intake.show.hosts import Hosts
from intake.show.install import Installing
from intake.show.shared import create_shared_blueprint

__all__ = ["Hosts", "Installing", "Watchers", "create_blueprint", "create_shared_blueprint"]
