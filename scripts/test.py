"""Run the tests from a clone with the given pytest arguments, setting everything up first when needed."""

import os
import sys

from bootstrap import ROOT, run_in_environment

if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(run_in_environment("-m", "pytest", *sys.argv[1:]))
