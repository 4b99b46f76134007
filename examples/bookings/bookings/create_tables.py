"""`python -m bookings.create_tables`: makes the tables that are not there."""

from bookings import models
from bookings.database import engine

if __name__ == "__main__":
    models.Base.metadata.create_all(engine)
