"""Prices are there for 52 weeks, and some years have one more: IndexError.

Class: dates, short table
Operation: GET /stays
Checks: not_a_server_error
Found by: two dates, whole weeks apart, of which the first is in the last week of a long year
"""

from datetime import date

from fastapi import FastAPI

PRICES = [40 + week % 9 for week in range(52)]


def create_app(fixed: bool) -> FastAPI:
    app = FastAPI(title="Stays")

    def week_of(day: date) -> int:
        return day.isocalendar().week

    @app.get("/stays")
    def price(arrival: date, departure: date) -> int:
        nights = (departure - arrival).days
        if nights <= 0 or nights > 28:
            return 0
        if nights % 7:
            return nights * max(PRICES)
        week = week_of(arrival)
        if fixed:
            week = min(week, len(PRICES))
        return nights * PRICES[week - 1]

    return app
