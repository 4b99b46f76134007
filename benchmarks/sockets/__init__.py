"""Load over a socket: what is sent, and by which program."""
