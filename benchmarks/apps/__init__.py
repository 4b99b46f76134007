"""The work items as apps: the same work, written for each peer.

``ITEMS`` of each module maps item to the maker of its app.
"""
