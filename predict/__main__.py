"""`python -m predict`: the same as `eventstance predict`."""

import sys
from importlib import import_module

if __name__ == "__main__":  # by its name, for the command lies above this package
    sys.exit(import_module("eventstance.main").main(["predict", *sys.argv[1:]], prog="python -m"))
