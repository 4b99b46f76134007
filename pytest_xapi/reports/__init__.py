"""What a run found out, as plain data, and the forms in which it is shown: JSON, HTML, SARIF, annotations.

Gates and property tests make `Report`s (see `model`). Each other module turns one into text and knows nothing
of where it came from.
"""
