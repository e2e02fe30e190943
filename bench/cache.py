"""A budget of nothing for the page cache, so that a benchmark reads the disk and no memory of it.

What a program has read, the system keeps in memory that nobody else wants: the page cache. A
benchmark that reads a few cases over and over therefore measures memory, whatever the file
format. A real data set is larger than the cache, and its patches are drawn at random, so most of
them come from the disk.

To have that with two cases instead of 335, all files that a patch could come from are dropped
from the cache before each patch, and the clock stands still meanwhile. Whether that worked is not
a matter of belief: Linux counts the bytes that each process got from a disk, and the rows show
them. Two limits remain. A virtual machine's host, or the disk itself, may have a cache of its own,
out of our reach: then "the disk" is faster than it would be. And only Linux lets us do this:
elsewhere a row says that the cache was not emptied.
"""
import os
import time
from pathlib import Path

CAN_EMPTY = hasattr(os, "posix_fadvise")  # can this system drop files from its page cache?


def files_of(
    root, # a file, or a folder with all that is in it
)->list:
    "All files, as paths."
    return [path for path in (Path(root), *Path(root).rglob("*")) if path.is_file()]


def empty_cache(
    root, # a file, or a folder with all that is in it
):
    "Drop files from the page cache; does nothing where the system has no way to."
    if not CAN_EMPTY: return
    for path in files_of(root):
        with open(path, "rb") as f:
            os.fsync(f.fileno())  # what has not been written yet cannot be dropped
            os.posix_fadvise(f.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def disk_bytes()->int:
    "Bytes that this process got from disks so far, as Linux counts them; 0 where nobody counts."
    file = Path("/proc/self/io")
    for line in file.read_text().splitlines() if file.exists() else []:
        if line.startswith("read_bytes"): return int(line.split()[1])
    return 0


class Stopwatch:
    "A clock, as `measure` takes it, that stands still inside of `with watch:`."
    def __init__(self): self.paused = 0.
    def __call__(self): return time.perf_counter() - self.paused
    def __enter__(self): self.since = time.perf_counter()
    def __exit__(self, *_): self.paused += time.perf_counter() - self.since
