"""The tables, one module for each feature; `CASES` is what it has."""
