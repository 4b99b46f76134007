"""Tests that look inside: what a request reaches in the app's code, and compares there, guides the next.

`rewriting` makes a second form of the app's functions, with `probes` in it; `twins` puts it in their place
for as long as it is wanted. `explorer` decides what is sent, from what the probes have seen. Nothing here
sends.
"""
