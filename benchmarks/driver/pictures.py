"""docs/benchmarks/*.svg: a bar chart for each question, its sizes one below the other.

A bar is a time divided by that of the question's first column, the line at 1; by libtorch's where
nobody wrote a row by hand. Where the ratios go
beyond LINEAR the axis is logarithmic and bars start at that line, else they start at 0. The text is
text and the colours follow the reader's light or dark mode, so no drawing library is needed. Equal
times give the same bytes.
"""
import math
from xml.sax.saxutils import escape

import rows

WIDTH, LEFT, RIGHT = 700, 186, 572  # of the picture, and where the axis begins and ends
BAR, PITCH, HEAD, TOP = 14, 19, 30, 62
LINEAR = 5
STYLE = """\
text { font: 12px system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 15px } .group { font-weight: 600 } .axis { fill: #59636e; font-size: 11px }
.paper { fill: #ffffff } .grid { stroke: #d1d9e0 } .one { stroke: #59636e }
.reference { fill: #8b949e } .ours { fill: #2f7de1 } .peer { fill: #dd7a1c }
.figure { stroke: #1f2328; stroke-width: 2 } .value { paint-order: stroke; stroke: #ffffff; stroke-width: 3px }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .axis { fill: #9198a1 } .paper { fill: #0d1117 }
  .grid { stroke: #30363d } .one { stroke: #9198a1 } .reference { fill: #768390 } .figure { stroke: #e6edf3 }
  .value { stroke: #0d1117 }
}"""


def kind(variant):
    if variant.startswith("glassgrad"):
        return "ours"
    return "peer" if variant == "torch" or variant in rows.PEERS else "reference"


class Axis:
    """Where a ratio lies, and which of them have a line."""

    def __init__(self, ratios):
        low, high = min(ratios), max(ratios)  # 1 is always among them
        self.logarithmic = high > LINEAR
        if self.logarithmic:
            self.low, self.high = math.log10(low) - 0.03, math.log10(high) + 0.03
            first, last = math.floor(self.low), math.ceil(self.high)
            steps = (1,) if self.high - self.low > 2.2 else (1, 2, 5)
            self.ticks = [m * 10.0 ** e for e in range(first, last + 1) for m in steps
                          if self.low <= math.log10(m * 10.0 ** e) <= self.high]
        else:
            self.low, self.high = 0, high * 1.05
            step = 0.25 if high < 2 else 0.5 if high < 3 else 1
            self.ticks = [i * step for i in range(int(self.high / step) + 1)]

    def at(self, ratio):
        value = math.log10(ratio) if self.logarithmic else ratio
        return LEFT + (RIGHT - LEFT) * (value - self.low) / (self.high - self.low)

    def start(self):
        return self.at(1) if self.logarithmic else LEFT


def groups(question, best):
    """[(size, {variant: seconds})] of the rows that are pictured, in the order of the columns."""
    result = []
    for (name, size, threads), variants in best.items():
        if name != question.name or threads != 1 or (question.pictured and size not in question.pictured):
            continue
        part = int(size) if question.per_op else 1
        took = {v: variants[v].seconds / part for v in (*question.columns, *question.peers)
                if v in variants}
        if question.columns[0] in took or "torch" in took:
            result.append((size, took))
    return result


def reference(question, took):
    return question.columns[0] if question.columns[0] in took else "torch"


def figures(question, size, took):
    """{our variant: the time that is to be reached}"""
    result = {}
    for variant, reference in question.against.items():
        goals = question.replayed if variant == "glassgrad_replayed" else question.targets
        if goals.get(size) and reference in took:
            result[variant] = goals[size] * took[reference]
    return result


def line(x1, y1, x2, y2, style):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{style}"/>'


def text(x, y, said, style="", anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{style}" text-anchor="{anchor}">{escape(said)}</text>'


def box(x, y, width, height, style):
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" class="{style}"/>'


def legend(question):
    parts, x = [], LEFT
    shown = {kind(v) for v in (*question.columns, *question.peers)}
    for style, said in (("reference", "references"), ("ours", "glassgrad"), ("peer", "peers")):
        if style in shown:
            parts += [box(x, 32, 12, 12, style), text(x + 17, 42, said)]
            x += 36 + 6.5 * len(said)
    if question.targets or question.replayed:
        parts += [line(x + 3, 31, x + 3, 45, "figure"), text(x + 10, 42, "figure to reach")]
    return parts


def bar(axis, y, variant, seconds, ratio, goal, label):
    """Name, bar, the figure to reach (0 for none), time and ratio."""
    begin, end = sorted((axis.start(), axis.at(ratio)))
    x = axis.at(goal) if goal else 0
    name = rows.LABELS[variant].replace("`", "")
    said = f"{label(seconds)}, {rows.times_text(ratio)}x" if ratio != 1 else label(seconds)
    return [text(LEFT - 8, y + 11, name, anchor="end"),
            box(begin, y, max(end - begin, 2), BAR, kind(variant)),
            line(x, y - 2, x, y + BAR + 2, "figure") if goal else "",
            text(max(end, axis.start(), x) + 6, y + 11, said, "value")]


def picture(question, best, label):
    """The SVG of a question, or None where nothing of it was measured. label(seconds) -> text."""
    shown = groups(question, best)
    if not shown:
        return None
    first = question.columns[0]
    goals = {size: figures(question, size, took) for size, took in shown}
    axis = Axis([t / took[reference(question, took)] for size, took in shown
                 for t in (*took.values(), *goals[size].values())])
    parts, y = [], TOP
    for size, took in shown:
        unit = took[reference(question, took)]
        said = f"{question.size_label} {size}".strip()
        said += "" if first in took else f" (here 1 is {rows.LABELS['torch']})"
        parts.append(text(14, y + 18, said, "group"))
        y += HEAD
        for variant, seconds in took.items():
            goal = goals[size].get(variant, 0) / unit
            parts += bar(axis, y, variant, seconds, seconds / unit, goal, label)
            y += PITCH
    grid = []
    for tick in axis.ticks:
        grid += [line(axis.at(tick), TOP, axis.at(tick), y + 4, "one" if tick == 1 else "grid"),
                 text(axis.at(tick), y + 18, f"{tick:g}", "axis", "middle")]
    what = "time of one op" if question.per_op else "time"
    caption = f"{what} / that of: {rows.LABELS[first]}" + (" (logarithmic)" if axis.logarithmic else "")
    height = y + 48
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img">', f"<title>{escape(question.title)}</title>",
        f"<style>\n{STYLE}\n</style>", box(0, 0, WIDTH, height, "paper"),
        text(14, 22, question.title, "title"), *legend(question), *grid, *parts,
        text((LEFT + RIGHT) / 2, y + 36, caption, "axis", "middle"), "</svg>\n"])


def write(folder, best, label):
    """{question: file} of the pictures written to `folder`."""
    files = {}
    for question in rows.QUESTIONS:
        svg = picture(question, best, label)
        if svg:
            folder.mkdir(parents=True, exist_ok=True)
            files[question.name] = folder / f"{question.name}.svg"
            files[question.name].write_text(svg, encoding="utf-8")
    return files
