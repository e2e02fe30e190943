"""What bench/gpu.py measures: a section is a function of the command's arguments that returns rows.

A row is a dict with `what` and `value`, and whatever else is worth keeping. Each section has a
module; `measuring` has the rules of timing, `stepping` and `stores` what several sections share.
What a bare machine may lack is imported where it is used, so that only the section that needs it
fails.
"""
