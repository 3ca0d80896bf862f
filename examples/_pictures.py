"""How the examples write pictures: to `examples/output/`, without opening a window.

    save_picture("tanh.png", draw, figsize=(8, 4))

`draw` gets the axes of a new figure. Without matplotlib there is a message in place of the
picture. The environment variable EXAMPLES_OUTPUT names another folder.
"""

import os
from pathlib import Path

STYLE = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "grid.color": "0.9",
    "legend.frameon": False,
    "font.size": 10,
    "figure.constrained_layout.use": True,
    "savefig.dpi": 150,
}


def save_picture(name, draw, *, rows=1, columns=1, figsize=(7, 4)):
    """Draw with `draw(*axes)` and write the figure; its path, or None without matplotlib."""
    try:
        import matplotlib
    except ImportError:
        print(f"matplotlib is not installed, so there is no {name} (pip install matplotlib)")
        return None
    matplotlib.use("Agg")
    from matplotlib import pyplot

    folder = Path(os.environ.get("EXAMPLES_OUTPUT") or Path(__file__).parent / "output")
    folder.mkdir(parents=True, exist_ok=True)
    with pyplot.rc_context(STYLE):
        figure, axes = pyplot.subplots(rows, columns, figsize=figsize, squeeze=False)
        draw(*axes.flat)
        figure.savefig(folder / name)
        pyplot.close(figure)
    print(f"picture: {folder / name}")
    return folder / name
