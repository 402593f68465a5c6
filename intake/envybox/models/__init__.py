"""What the CRM answers, typed, a module for each kind of thing.

Every `read` takes the whole reply of a method, or one object of it, accepts whatever
JSON may be there and raises nothing but `Malformed`. Ids are whole numbers; what the CRM
writes null, "", 0 or "0" where an id stands is None. Dates are as the CRM prints them,
"YYYY-MM-DD HH:MM:SS" without a time zone. `raw` is the JSON itself, for the keys that
are not named here. Personal data stays out of `repr`.
"""
