"""What a person reads of property tests: failures, snippets, the summary, notes, progress."""
