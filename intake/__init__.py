"""Lead intake for Envybox CRM: receive, normalise, store, deliver, show.

Data goes one way::

    receive/  ->  normalise/  ->  store/  ->  deliver/  ->  envybox/  (the CRM)
                                    |
                                    v
                                  show/     the submission log

=============  =====================================================================
package        what it is, and what it may import
=============  =====================================================================
domain         the nouns and pure rules; standard library only
normalise      RawSubmission -> Lead: total and pure; domain and pure libraries
reference      files an operator keeps: numbering registry, GeoIP; errors, normalise, requests
store          the only SQL; domain, errors, sqlalchemy
queue          Redis and RQ: rings for a delivery id; imports nothing of intake
receive        posts from pages; domain, errors, normalise, store, queue, flask, itsdangerous
captcha        asking a captcha's service; domain, errors, requests
deliver        the job and the sweeper; domain, errors, settings, store, queue, envybox
envybox        the CRM's API as a library of its own; imports nothing of intake
sandbox        an Envybox to run offline; imports nothing of intake
show           the submission log; domain, errors, store, flask, babel, pygal
alert          telling people of troubles; domain, errors, store, apprise, holidays
reconcile      our log held against the CRM's list; domain, errors, store, envybox
health         readiness and metrics; domain, errors, store, flask, prometheus_client
settings       the only reader of the environment
crash          points at which tests kill a process; standard library only
=============  =====================================================================

The row is the truth and the queue is a doorbell: whatever happens to Redis, what
`store` holds is delivered. `import-linter` holds the table (see `pyproject.toml`).
"""
