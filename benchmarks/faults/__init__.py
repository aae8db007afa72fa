"""Faults of every kind, tried: hostile files, torn bytes, kills, full disks, strangers at the page."""
