"""Property tests of documents that others have written, beside plain Schemathesis."""
