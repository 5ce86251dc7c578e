"""`python -m heritage_color.cli` is the same as `heritage-color`."""

import sys

from heritage_color.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
