"""gunicorn's settings: ``gunicorn -c gunicorn.conf.py wsgi:app``.

Environment: HOST, PORT, WEB_CONCURRENCY (processes), WEB_THREADS (threads of each),
GRACEFUL_TIMEOUT (seconds that requests have to end when the service is stopped).
"""

import os
from pathlib import Path

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"

# Threads, so that a slow client costs a thread and not a process.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = int(os.environ.get("WEB_THREADS") or 8)

timeout = 30
graceful_timeout = int(os.environ.get("GRACEFUL_TIMEOUT") or 30)
keepalive = 5

# A landing page's address travels in the query of a form without JavaScript, marks and all.
limit_request_line = 8190
limit_request_fields = 100

# Who came is told by the log of submissions and by the proxy; an access log would repeat
# names and phones that stand in an address.
accesslog = None
errorlog = "-"

# Its socket would lie in the home folder and be shared by every gunicorn there.
control_socket_disable = True

# The workers' heartbeat is a file; on a disk a busy moment may look like a dead worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
