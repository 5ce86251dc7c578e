"""Commands that measure and compare: `measure`, `benchmark`, `sheet` and `sources`."""

from argparse import Namespace
from pathlib import Path

from heritage_color.cli.commands import Commands, add_json, count, process_settings, refused, show


def add_metrics_commands(commands: Commands) -> None:
    """Add the commands."""
    _add_measure(commands)
    _add_benchmark(commands)
    _add_sheet(commands)
    _add_sources(commands)


def _add_measure(commands: Commands) -> None:
    parser = commands.add(
        "measure", run_measure, "MSE, PSNR and the rest of a picture, or a folder, against its truth"
    )
    parser.add_argument("output", type=Path, help="picture or folder to judge")
    parser.add_argument("truth", type=Path, help="its true colour: a picture, or a folder with the same names")
    add_json(parser)


def run_measure(options: Namespace) -> int:
    """Measure pictures against their truth."""
    from heritage_color.metrics import pictures

    pairs = pictures.pair_up(options.output, options.truth)
    measured, unreadable = pictures.measure_pairs(pairs)
    rows = list(measured.values())
    means = {"mean": pictures.mean_of(rows), "counted": pictures.counted_in(rows)}
    aside = pictures.unpaired(pairs, options.output, options.truth)
    result = {"pictures": measured, **means, "refused": unreadable, "unpaired": aside}
    show(result, pictures.figures_table(measured), options.json)
    code = refused(unreadable)
    refused(aside)
    return code


def _add_benchmark(commands: Commands) -> None:
    parser = commands.add("benchmark", run_benchmark, "compare methods on a folder of colour photographs")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--methods", default="all", help="all that have weights here, or names with commas")
    parser.add_argument("--pictures", type=count, default=0, metavar="N", help="only so many, evenly spaced")
    parser.add_argument("--crop", type=count, default=0, metavar="PIXELS", help="measure centre squares of that side")
    parser.add_argument("--protocol", type=Path, metavar="FILE", help="write what the figures depend on, or check it")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for benchmark.json, table.md and sheet.jpg")
    parser.add_argument("--sheet", type=Path, metavar="FILE.jpg", help="contact sheet: original, answers, truth")
    parser.add_argument("--sheet-pictures", type=count, default=12, metavar="N", help="pictures on it, evenly spaced")
    parser.add_argument("--slices", action="store_true", help="also print errors by skin tone and decade")
    add_json(parser)


def run_benchmark(options: Namespace) -> int:
    """Compare methods and print the table."""
    from heritage_color.metrics import report, results, steps
    from heritage_color.metrics.benchmark import Plan

    plan = Plan(options.pictures, options.crop, options.sheet, options.sheet_pictures)
    result = steps.compare(process_settings(), options.folder, options.methods, plan, options.out, options.protocol)
    text = report.benchmark_table(result) + (f"\n\n{report.slices_text(result)}" if options.slices else "")
    show(results.as_json(result), text, options.json)
    return refused(result.refused)


def _add_sheet(commands: Commands) -> None:
    parser = commands.add("sheet", run_sheet, "a contact sheet of pictures beside what the methods make of them")
    parser.add_argument("paths", type=Path, nargs="+", metavar="FILE_OR_FOLDER")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.jpg")
    parser.add_argument("--methods", default="", help="names with commas, or all; default: HERITAGE_METHOD")
    parser.add_argument("--presets", default="", help="names with commas; default: HERITAGE_PRESET")
    parser.add_argument("--pictures", type=count, default=12, metavar="N", help="evenly spaced; 0 for all")


def run_sheet(options: Namespace) -> int:
    """Write contact sheets and print their names."""
    from heritage_color.metrics import steps

    settings = process_settings()
    methods, presets = options.methods or settings.method, (options.presets or settings.preset).split(",")
    pages, unreadable = steps.sheet(settings, options.paths, methods, presets, options.out, options.pictures)
    print("\n".join(map(str, pages)))
    return refused(unreadable)


def _add_sources(commands: Commands) -> None:
    about = "the photographs whose colours pictures could take, and their rights"
    parser = commands.add("sources", run_sources, about)
    parser.add_argument("paths", type=Path, nargs="+", metavar="FILE_OR_FOLDER")
    parser.add_argument("--out", type=Path, metavar="DIR", help="also write what each source gives, and a sheet")
    add_json(parser)


def run_sources(options: Namespace) -> int:
    """Print the sources of each picture."""
    from heritage_color.metrics import sources as nearest

    photographs, unreadable = nearest.sources(process_settings(), options.paths, options.out)
    show(photographs, nearest.sources_list(photographs), options.json)
    return refused(unreadable)
