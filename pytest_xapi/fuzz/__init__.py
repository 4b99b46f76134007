"""Property tests from an OpenAPI document: one test item for each operation of the app under test.

Cases and checks come from Schemathesis (see `schemathesis_adapter`, the only module that imports it). Items,
transport, shrinking and reports are ours.
"""
