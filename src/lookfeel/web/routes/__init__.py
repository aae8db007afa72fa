"""Routes of the page, by subject; each is thin: access, one call, an answer."""
