"""How much of an app's own code property tests reach: with the guided phase, without it, and Schemathesis."""
