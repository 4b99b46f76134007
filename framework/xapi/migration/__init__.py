"""`xapi migrate`: the imports of an app that is written for FastAPI, rewritten."""
