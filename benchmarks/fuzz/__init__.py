"""Property tests on the corpus of planted bugs: ours beside plain Schemathesis, in processes of their own."""
