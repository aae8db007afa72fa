"""Slow checks that print tables: accuracy, agreement and speed beside what a user would pick instead."""
