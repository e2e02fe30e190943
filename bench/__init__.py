"""What the toolkit costs, in time and memory, beside what one would otherwise take.

From the repository's root:

    pip install 'nas3dunet[peers]'          # whom we compare with; without them those rows say so
    python -m bench                         # all sections, some minutes
    python -m bench scores --json b.json    # one section, and the figures as JSON
    python -m bench --tiny                  # seconds: shows only that everything runs

`measure` holds the rules of a fair race, `report` prints the table, `sections` lists what is
measured, and each section is a module with a function `rows`. How to read the table, and the
record of a full run: nbs/8_speed/816_bench.ipynb. The scripts `gpu.py` (its sections
are in the folder `gpu_sections`, its data come from `gpu_data.py`, what a bare machine lacks from
`wheels.py`) and `cells.py` are for a machine with a GPU.
"""
