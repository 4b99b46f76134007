"""Gates: `pytest --xapi-gate` judges a run by what its tests, written or made, have sent and received.

`record` notes every exchange of the plugin's clients, `evidence` is what is kept of it, as JSON that merges,
and the modules that `registry` lists turn evidence into verdicts.
"""
