"""The contract gate: what has changed between two OpenAPI documents, and whom each change breaks."""
