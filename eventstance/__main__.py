"""`python -m eventstance`: the same as `eventstance`."""

import sys

from eventstance.main import main

if __name__ == "__main__":
    sys.exit(main(prog="python -m eventstance"))
