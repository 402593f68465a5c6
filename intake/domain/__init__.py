"""The nouns of lead intake and its pure rules: no I/O, no clock, standard library only.

``now`` is always passed in, and always an aware UTC ``datetime``.
"""
