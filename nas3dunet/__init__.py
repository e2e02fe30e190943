__version__ = "0.1.0"

import os

os.environ.setdefault("GOMP_SPINCOUNT", "20000")   # threads of torch, if it is not loaded yet, then wait less long for the next work and are less in the way of others
