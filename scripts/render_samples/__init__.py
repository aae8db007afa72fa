"""A case enters (who, doing what, filmed how); a clip of a rendered athlete and its exact truth leave. See README."""
