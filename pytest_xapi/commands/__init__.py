"""Commands that the plugin adds to `xapi`, by entry points of the group `xapi.commands`."""
