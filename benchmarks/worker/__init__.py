"""The processes that do the work, in the environments of the peers."""
