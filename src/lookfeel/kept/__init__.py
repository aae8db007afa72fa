"""What is kept of a clip between two pieces of work: what was seen in it and what was judged of it; no video."""
