"""Orders enter; worker processes that end with their parent, and are held to limits, do them and say how it went."""
