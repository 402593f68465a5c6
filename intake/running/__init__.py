"""Everything on one machine: the pieces of ``python -m intake run``.

`run` prepares a folder (`place`), decides what has to run and with which settings
(`plan`), writes that down for supervisord (`supervisord`) and stays beside it until it
is told to stop (`keeper`). Every process starts through `guard`, so none outlives it.
"""
