"""What each part of the fit of the body is worth, how it fails, and what it costs."""
