"""A small JSON API that keeps notes."""
