"""How long a job takes beside what a user would pick instead, and where the time goes."""
