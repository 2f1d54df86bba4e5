"""Runs the contenders: each in a process of its own, alternated, the best time kept."""
import json
import os
import pathlib
import subprocess
import sys
from dataclasses import dataclass

NAMES = ["by_hand", "arena", "glassgrad", "torch"]
WHY_ABSENT = {
    "by_hand": "it was not built.",
    "arena": "it was not built.",
    "glassgrad": "there is no include/glassgrad/glassgrad.hpp, or it was not built.",
    "torch": "libtorch was not found (Debian: libtorch-dev). Its columns stay empty.",
}
# libtorch has a pool of OpenMP threads. OpenBLAS's own threads fight with it (two are several
# times slower than one), its OpenMP build does not: where that is installed the peer is given it.
OPENMP_BLAS = "/usr/lib/{}/openblas-openmp"


@dataclass
class Best:
    seconds: float
    checksum: float


def find(build):
    """{name: executable} of what was built, and the names of what was not."""
    files = {name: build / "benchmarks" / f"bench_{name}" for name in NAMES}
    present = {name: file for name, file in files.items() if file.is_file()}
    return present, [name for name in NAMES if name not in present]


def openmp_blas():
    """The folder of OpenBLAS's OpenMP build, or None."""
    folder = pathlib.Path(OPENMP_BLAS.format(f"{os.uname().machine}-linux-gnu"))
    return folder if folder.is_dir() else None


def environment(name):
    result = dict(os.environ)
    if name == "torch" and openmp_blas():
        result["LD_LIBRARY_PATH"] = str(openmp_blas())
    return result


def run(name, file, arguments):
    done = subprocess.run([file, *arguments], env=environment(name), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.stderr.write(done.stderr)
        said = " ".join(arguments)
        raise SystemExit(f"[bench] {file.name} {said} failed with {done.returncode}.")
    return done.stdout


def filter_of(name, turn, threads, quick):
    """Which rows a run takes: with two threads the training steps, quick nothing that is long."""
    if threads > 1:
        return "^step/"
    if quick:
        return "^(step|model|forward|chain|logsumexp|matmul|gmm|batch)/|^scalars/(1000|10000)/"
    # A million scalar nodes take libtorch many seconds: once is enough.
    return "^(step|model|forward|chain|logsumexp|matmul|gmm)/|^scalars/10{3,5}/" if name == "torch" and turn > 0 else "."


def measure(present, rounds, quick):
    """{(question, size, threads): {variant: Best}}"""
    best = {}
    for turn in range(rounds):
        for threads in (1, 2) if os.cpu_count() > 1 else (1,):
            names = list(present)
            names = names[turn % len(names):] + names[:turn % len(names)]  # nobody is always first
            for name in names:
                print(f"round {turn + 1} of {rounds}: {name}, threads {threads}", flush=True)
                output = run(name, present[name], [
                    f"--threads={threads}", "--benchmark_format=json",
                    f"--benchmark_filter={filter_of(name, turn, threads, quick)}",
                    f"--benchmark_min_time={0.03 if quick else 0.1}"])
                keep_best(best, json.loads(output), threads)
    return best


def keep_best(best, output, threads):
    for row in output["benchmarks"]:
        question, size, variant = row["run_name"].removesuffix("/real_time").split("/")
        seconds = row["real_time"] * {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}[row["time_unit"]]
        variants = best.setdefault((question, size, threads), {})
        if variant not in variants or seconds < variants[variant].seconds:
            variants[variant] = Best(seconds, row["checksum"])


def memory(present):
    """{variant: {"bytes": resident, "tensors": as the contender counts}} of the largest step."""
    result = {}
    for name, file in present.items():
        for line in run(name, file, ["--memory"]).splitlines():
            row = json.loads(line)
            result[row.pop("variant")] = row
    return result
