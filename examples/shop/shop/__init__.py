"""A shop's API: accounts, products with images, orders, and a live feed of orders."""
