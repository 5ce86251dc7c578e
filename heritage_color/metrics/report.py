"""The benchmark as people read it: a table for the screen, one in Markdown, and its parts by skin tone and decade."""

from heritage_color.keys import FigureName, GroupName, RowName
from heritage_color.metrics.definitions import SKIN_RULE
from heritage_color.metrics.protocol import leaves_of
from heritage_color.metrics.results import Group, Result

# column: the part of the result that it is read from, the figure there, digits after the point
COLUMNS = {
    "PSNR": ("rows", "psnr_rgb", 2),
    "over grey": ("over_grey", "psnr_rgb", 2),
    "MSE ab/127": ("rows", "mse_ab127", 5),
    "ab-RMSE": ("rows", "ab_rmse", 2),
    "CIEDE2000": ("rows", "ciede2000", 2),
    "harm": ("rows", "harm", 1),
    "AuC": ("rows", "auc", 2),
    "rebalanced": ("rows", "auc_rebalanced", 2),
    "within 5": ("rows", "within_5", 3),
    "within 10": ("rows", "within_10", 3),
    "within 20": ("rows", "within_20", 3),
    "argmax": ("rows", "argmax_agreement", 3),
    "SSIM": ("rows", "ssim", 4),
    "colourful": ("rows", "colourfulness", 1),
    "absolute": ("rows", "colourfulness_absolute", 1),
    "distance": ("rows", "colourfulness_distance", 1),
    "Frechet Lite0": ("rows", "frechet_lite0", 3),
}
COSTS = {"s/picture": ("seconds", 1, 3), "peak MB": ("peak_memory", 1e6, 0), "weights MB": ("weights_bytes", 1e6, 1)}
ON_SCREEN = ("PSNR", "over grey", "MSE ab/127", "CIEDE2000", "harm", "AuC", "rebalanced", "within 10",
             "distance", "Frechet Lite0")  # fmt: skip
COMPARED = ("PSNR", "over grey", "MSE ab/127", "CIEDE2000", "harm", "AuC", "rebalanced", "distance", "Frechet Lite0")
# Figures that a photograph may lack, and which ones do
TITLES = {"psnr_rgb": "PSNR", "over_grey": "PSNR over grey", "ssim": "SSIM"}
ABSENT = {
    "psnr_rgb": "the others equal their truth, their PSNR is infinite",
    "over_grey": "of the others the answer, or grey, equals the truth",
    "ssim": "the others are smaller than its window",
}
FEW = 30  # pictures: below it a bootstrap interval is clearly too narrow


def benchmark_table(result: Result) -> str:
    """Return the benchmark as a table of its main figures."""
    shown = [column for column in ON_SCREEN if any(_value(result, name, column) for name in result.rows)]
    head = ["method/preset", *shown, *COSTS]
    lines = [
        [name, *(_value(result, name, column) for column in shown), *_costs(result, name)] for name in result.rows
    ]
    return "\n".join([*_aligned([head, *lines]), "", *_intervals(result), _closing(result)])


def _value(result: Result, name: RowName, column: str) -> str:
    part, figure, digits = COLUMNS[column]
    if part == "over_grey":
        gain = result.over_grey[name].get(figure)
        return f"{gain[0]:+.{digits}f}" if gain and name != "grey/-" else ""
    value = result.rows[name].get(figure)
    return "" if value is None else f"{value:.{digits}f}"


def _costs(result: Result, name: RowName) -> list[str]:
    values = [(getattr(result.cost[name], field), unit, digits) for field, unit, digits in COSTS.values()]
    return ["" if value is None else f"{value / unit:.{digits}f}" for value, unit, digits in values]


def _aligned(lines: list[list[str]]) -> list[str]:
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    return [
        "  ".join(
            [line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True))]
        ).rstrip()
        for line in lines
    ]


def _intervals(result: Result) -> list[str]:
    """Return a line per row: how far it is from grey on the same pictures, and its harm."""
    return [
        f"{name} over grey: PSNR {_span(gains['psnr_rgb'])} dB, rebalanced AuC {_span(gains['auc_rebalanced'])}; "
        f"harm {_with_interval(result, name, 'harm')} %"
        for name, gains in result.over_grey.items()
        if name != "grey/-" and {"psnr_rgb", "auc_rebalanced"} <= gains.keys()
    ]


def _span(three: list[float]) -> str:
    value, low, high = three
    return f"{value:+.2f} ({low:+.2f} to {high:+.2f})"


def _closing(result: Result) -> str:
    few = " With so few, the intervals are too narrow." if result.pictures < FEW else ""
    means = (
        f"Means over {result.pictures} photographs, each seen only as its lightness; in brackets 95% intervals "
        f"over photographs.{few}"
    )
    return " ".join([means, *_left_out(result)])


def _left_out(result: Result) -> list[str]:
    """A sentence for each mean that is of fewer photographs than were measured, and why."""
    short = [(_short(result, figure), why) for figure, why in ABSENT.items()]
    return [f"{rows} of {result.pictures}: {why}." for rows, why in short if rows]


def _short(result: Result, figure: FigureName) -> str:
    counts = {name: row.get(figure, 0) for name, row in result.counted.items()}
    if figure == "over_grey":
        counts = result.counted_over_grey
    told = [f"{name} over {count}" for name, count in counts.items() if count < result.pictures]
    return f"{TITLES[figure]} of {', '.join(told)}" if told else ""


def benchmark_page(result: Result) -> str:
    """Write the benchmark as a page: each main figure with its interval, what it cost, slices, what was left out."""
    head = ["method/preset", *COLUMNS, *COSTS]
    lines = [
        [f"`{name}`", *(_with_interval(result, name, column) for column in COLUMNS), *_costs(result, name)]
        for name in result.rows
    ]
    parts = ["# Benchmark", _table([head, *lines]), _closing(result)]
    parts += [f"Left out: {sentence}" for sentence in result.refused]
    parts += ["## Slices", "```\n" + slices_text(result) + "\n```"]
    if result.protocol:
        leaves = dict(leaves_of(result.protocol))
        parts += ["## Protocol", "\n".join(f"- `{name}`: {value}" for name, value in leaves.items())]
    return "\n\n".join(parts) + "\n"


def comparison(result: Result) -> str:
    """The main figures with their intervals and costs as a Markdown table, and what they are means over."""
    head = ["method/preset", *COMPARED, *COSTS]
    lines = [
        [f"`{name}`", *(_with_interval(result, name, column) for column in COMPARED), *_costs(result, name)]
        for name in result.rows
    ]
    return f"{_table([head, *lines])}\n\n{_closing(result)}"


def _with_interval(result: Result, name: RowName, column: str) -> str:
    part, figure, digits = COLUMNS[column]
    gains = part == "over_grey"
    ends = result.over_grey[name].get(figure, [])[1:] if gains else result.intervals[name].get(figure)
    value = _value(result, name, column)
    return f"{value} ({ends[0]:.{digits}f} to {ends[1]:.{digits}f})" if value and ends else value


def _table(lines: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(line) + " |" for line in [lines[0], ["---"] * len(lines[0]), *lines[1:]])


def slices_text(result: Result) -> str:
    """Return errors by skin tone and by decade, as two tables."""
    skin = result.skin_tone
    lines = [
        "By skin tone: mean over pictures, of their skin-like pixels; in brackets over how many, where not over all",
        *_slices(skin.groups if skin else {}),
    ]
    without = skin.pictures_without if skin else "All"
    lines += [f"{without} pictures have too few such pixels. {SKIN_RULE}", ""]
    return "\n".join([*lines, "By decade", *_slices(result.era)])


def _slices(groups: dict[GroupName, Group]) -> list[str]:
    if not groups:
        return ["no picture"]
    figures = list(dict.fromkeys(n for group in groups.values() for row in group.rows.values() for n in row))
    lines = [["group", "pictures", "method/preset", *figures]]
    for title, group in groups.items():
        for name, row in group.rows.items():
            cells = [_cell(row, group.counted[name], figure, group.pictures) for figure in figures]
            lines.append([title, str(group.pictures), name, *cells])
    return _aligned(lines)


def _cell(row: dict[FigureName, float], counted: dict[FigureName, int], figure: FigureName, pictures: int) -> str:
    """Return a mean, and of how many pictures where not of all."""
    if figure not in row:
        return ""
    of = f" ({counted[figure]})" if counted.get(figure, pictures) < pictures else ""
    return f"{row[figure]:.4g}{of}"
