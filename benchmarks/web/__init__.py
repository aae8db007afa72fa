"""The server under strain: kills, stalled connections, pages while clips are measured."""
