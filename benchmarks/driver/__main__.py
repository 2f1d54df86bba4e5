"""Runs every contender that was built, some rounds in turn, and writes docs/benchmarks.md.

python3 benchmarks/driver --build build/bench [--quick]. What is run is in contenders.py, what is
asked of it (rows, targets) in rows.py, the page in page.py, its bar charts in pictures.py, compile
times and sizes in programs.py, where the time goes in profiles.py.
"""
import argparse
import pathlib
import sys

import contenders
import page
import pictures
import profiles
import programs
import rows

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "bench")
    parser.add_argument("--quick", action="store_true",
                        help="about two minutes: fewer rounds, no long rows; "
                             "the page goes to the build folder")
    parser.add_argument("--rounds", type=int,
                        help="how often each contender is run (2 quick, else 5)")
    parser.add_argument("--only", action="append", metavar="QUESTION",
                        choices=[question.name for question in rows.QUESTIONS],
                        help="this question alone (may be given again); no memory, no programs; "
                             "the page goes to the build folder")
    parser.add_argument("--profile", action="store_true",
                        help="profile the three rows furthest from their figure, as a full run does")
    parser.add_argument("--output", type=pathlib.Path, help="the page to write")
    options = parser.parse_args()
    rounds = options.rounds or (2 if options.quick else 5)
    part = options.quick or bool(options.only)
    output = options.output or (options.build if part else ROOT / "docs") / "benchmarks.md"

    present, absent = contenders.find(options.build)
    for name in absent:
        print(f"{name} is absent: {contenders.WHY_ABSENT[name]}", flush=True)
    best = contenders.measure(present, rounds, options.quick, options.only)
    threaded = not options.only or "step" in options.only
    pairs = contenders.copies(present, min(rounds, 3), options.quick) if threaded else {}
    memory = {} if options.only else contenders.memory(present)
    measured = {} if options.only else programs.measure(options.build, 1 if options.quick else 3)
    profiled = profiles.measure(present, best) if options.profile or not part else None

    output.parent.mkdir(parents=True, exist_ok=True)
    drawn = pictures.write(output.with_suffix(""), best, page.time_text)
    text = page.write(ROOT, options.build, output, rounds, absent, best, pairs, memory, measured,
                      drawn, profiled)
    output.write_text(text, encoding="utf-8")
    print(text)
    print(f"Written to {output.relative_to(ROOT) if output.is_relative_to(ROOT) else output}.")
    wrong = rows.disagreements(best)
    for line in wrong:
        print(f"[bench] {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
