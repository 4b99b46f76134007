"""Which property tests there are: the operations, phases and shares of a run, and what it stores."""
