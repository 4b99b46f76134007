"""A small JSON API for tickets, with eight planted bugs."""
