"""Run `lookfeel` from a clone with the given arguments, setting everything up first when needed."""

import sys

from bootstrap import run_in_environment

if __name__ == "__main__":
    sys.exit(run_in_environment("-m", "lookfeel", *sys.argv[1:]))
