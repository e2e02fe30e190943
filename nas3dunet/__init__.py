__version__ = "0.1.0"

import os

os.environ.setdefault("GOMP_SPINCOUNT", "10000")   # if torch is not loaded yet: its idle threads then make way for others' sooner
