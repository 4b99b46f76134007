"""Bugs behind what the code computes of a request: at least two such conditions before each."""
