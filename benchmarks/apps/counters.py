"""What shows that an app tidies up."""


class Pool:
    """Counts what is open: the same number in each answer shows that each request closed its own."""

    def __init__(self) -> None:
        self.open = 0
