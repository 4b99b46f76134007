"""A soak: the shop behind uvicorn, under load for a while, and nothing is left behind.

Its processes run in the environment of the command, which needs the extra `dev`.
"""
