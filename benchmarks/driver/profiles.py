"""Where the time goes in the rows that are furthest from their figure: perf's samples, by function.

perf asks the clock where the processor has no counters to lend; the samples are of glassgrad's
process alone. One row a question, so that three sizes of one question do not say the same thrice.
"""
import pathlib
import re
import shutil
import subprocess
import tempfile

import contenders
import rows

SHOWN, LEAST = 12, 2.0  # so many functions, of so many percent at least


def missed(question, size, variants):
    """[(times the figure, question, size, variant)] of our variants in a row that are beyond theirs,
    whether that is a reference's time or a peer's."""
    took = {v: measured.seconds for v, measured in variants.items()}
    for variant, reference in question.against.items():
        replayed = variant == "glassgrad_replayed"
        figures = [(took.get(reference), (question.replayed if replayed else question.targets).get(size))]
        faster = question.peer.get(size)
        faster = faster[replayed] if isinstance(faster, tuple) else faster
        figures.append((took.get("torch"), 1 / faster if faster else None))
        for base, figure in figures:
            if variant in took and base and figure and took[variant] > figure * base:
                yield took[variant] / (figure * base), question.name, size, variant


def furthest(best, count):
    """The furthest row of each question, and of those the worst."""
    worst = []
    for question in rows.QUESTIONS:
        found = [miss for (name, size, threads), variants in best.items()
                 if name == question.name and threads == 1 for miss in missed(question, size, variants)]
        worst += [max(found)] if found else []
    return sorted(worst, reverse=True)[:count]


def plain(symbol):
    """A function's name without arguments, namespaces of no interest and, but for the op of a kernel,
    template arguments."""
    if re.fullmatch(r"0x[0-9a-f]+", symbol):
        return "without a name"
    symbol = re.sub(r"Kernel<(?:\w+::)*(\w+)[^<>]*>", r"Kernel[\1]", symbol)
    symbol = re.sub(r"\[clone .*?\]|\(anonymous namespace\)::", "", symbol)
    symbol = symbol.replace("operator()", "call").replace("operator<<", "shift")
    before = None
    while before != symbol:  # innermost brackets first
        before, symbol = symbol, re.sub(r"<[^<>]*>|\([^()]*\)", "", symbol)
    symbol = re.sub(r"^.*\b(?=glassgrad::|bench::|std::)", "", symbol.strip())
    symbol = re.sub(r"\b(const|static|void|volatile)\b", "", symbol)
    return re.sub(r"\b(glassgrad|bench|detail)::", "", symbol).strip(" :*&") or "?"


def library(name):
    return "kernel" if name.startswith("[") else pathlib.Path(name).name


def functions(command, question, size, variant):
    """[(function, library, percent)] of a row, or None where perf may not look."""
    with tempfile.TemporaryDirectory() as scratch:
        data = pathlib.Path(scratch) / "perf.data"
        done = subprocess.run(
            ["perf", "record", "-q", "-F", "1999", "-o", data, *command, "--threads=1",
             f"--benchmark_filter={contenders.exactly(question, size, variant)}", "--benchmark_min_time=1.5"],
            env=contenders.environment("glassgrad"), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        if done.returncode != 0:
            return None
        report = subprocess.run(
            ["perf", "report", "-i", data, "--stdio", "--no-children", "-F", "overhead,dso,symbol",
             "--field-separator", "\t"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    shares = {}
    for line in report.stdout.splitlines():
        parts = line.split("\t")
        if line.startswith("#") or len(parts) != 3:
            continue
        key = plain(re.sub(r"^\[.\] ", "", parts[2].strip())), library(parts[1].strip())
        shares[key] = shares.get(key, 0) + float(parts[0].strip().rstrip("%"))
    ranked = sorted(shares.items(), key=lambda item: -item[1])
    return [(*key, share) for key, share in ranked if share >= LEAST][:SHOWN]


def measure(present, best, count=3):
    """[((times, question, size, variant), functions)], or a sentence that says why there is none."""
    if "glassgrad" not in present:
        return "No profile: glassgrad is absent."
    if not shutil.which("perf"):
        return "No profile: there is no perf (Debian: linux-perf)."
    result = []
    for row in furthest(best, count):
        print(f"profile: {'/'.join(row[1:])}", flush=True)
        found = functions(present["glassgrad"], *row[1:])
        if found is None:
            return "No profile: perf is not permitted to look here (kernel.perf_event_paranoid)."
        result.append((row, found))
    return result or "No profile: no row is beyond its figure."
