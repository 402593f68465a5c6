"""From the store into the CRM: the RQ job, its steps, and the sweeper behind it.

`breaker` pauses an account that cannot take leads, `probe` finds out when it can again.
`lead_payload` says what is sent, `steps` what the CRM is asked in which order, `attempt`
writes down every call before it is made, `job` is RQ's way in, `sweep` rings for whatever
is due.
"""
