"""How a batch does: side by side with one worker, killed at random moments, and over thousands of rows."""
