"""`python -m train`: the same as `eventstance train`."""

import sys
from importlib import import_module

if __name__ == "__main__":  # by its name, for the command lies above this package
    sys.exit(import_module("eventstance.main").main(["train", *sys.argv[1:]], prog="python -m"))
