"The picture of the section `growth`."
import numpy as np


def _held(ax, points):
    "What a long search holds, over its steps."
    steps = [r["x"] for r in points]
    for what, factor in (("ours", 1), ("files", .01), ("processes", .01)):
        values = [r[what] for r in points]
        if None in values: continue
        label = "memory, GB" if what == "ours" else f"{what} / 100"
        ax.plot(steps, np.array(values) * factor, label=label)
    ax.set_ylim(0, None)


def _growing(ax, points):
    "Seconds over size, a dashed line of slope 1, and peak memory where cases are counted."
    x = np.array([r["x"] for r in points])
    seconds = np.array([r["ours"] for r in points])
    ax.loglog(x, seconds, "o-", color="#2b6cb0", label="seconds")
    ax.loglog(x, seconds[0] * x / x[0], "--", color="0.6", label="linear")
    if points[0]["x_unit"] == "cases" and points[0]["peak"]:
        ax.loglog(x, [r["peak"] for r in points], "s-", color="#d9822b", label="peak, GB")


def growth(
    rows, # of the section `growth`, also as read from the benchmark's JSON
):
    "A panel for each series: what stays on the dashed line, or under it, grows linearly."
    from matplotlib.figure import Figure
    names = list(dict.fromkeys(r["series"] for r in rows if "series" in r))
    figure = Figure(figsize=(2.7 * len(names), 2.6), layout="constrained")
    for ax, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names):
        points = [r for r in rows if r.get("series") == name]
        ax.set_title(name, fontsize=9)
        ax.set_xlabel(points[0]["x_unit"], fontsize=8)
        ax.tick_params(labelsize=7)
        draw = _held if points[0]["x_unit"] == "steps" else _growing
        draw(ax, points)
        ax.legend(frameon=False, fontsize=7)
    return figure
