"""Programs that are made from tables: each feature in each place, in each spelling, in each kind of callable.

`features/` holds the tables. A table's rows become programs (`rows.py`, `places.py`); a program is run, asked
and written down (`programs.py`); `records/` holds what the reference does (`records.py`). `make record` makes
the records, and `tests/xapi/reference/test_matrix.py` compares ours with them.
"""
