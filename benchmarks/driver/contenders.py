"""Runs the contenders: each in a process of its own, alternated, the best time kept.

A contender is a command that takes the flags of harness.hpp and prints rows of Google Benchmark.
"""
import ctypes
import functools
import json
import os
import pathlib
import re
import subprocess
import sys
from dataclasses import dataclass

import rows

NAMES = ["by_hand", "arena", "glassgrad", "torch", "adolc", "sacado", "stan", "cppad", "jax",
         "codipack"]
# The peers that answer some questions only, with one thread unless it is JAX.
ANSWERS = {**dict.fromkeys(["adolc", "sacado", "stan", "cppad"], {"scalars"}),
           "jax": {"step", "model", "chain", "logsumexp", "matmul", "gmm"}}
WHY_ABSENT = {
    "by_hand": "it was not built.",
    "arena": "it was not built.",
    "glassgrad": "there is no include/glassgrad/glassgrad.hpp, or it was not built.",
    "torch": "libtorch was not found (Debian: libtorch-dev). Its columns stay empty.",
    "adolc": "ADOL-C was not found (Debian: libadolc-dev).",
    "sacado": "Sacado was not found (Debian: libtrilinos-sacado-dev, libtrilinos-kokkos-dev).",
    "stan": "Stan Math was not found (Debian: r-cran-stanheaders).",
    "cppad": "CppAD was not found (Debian: r-cran-tmb has a copy of it).",
    "jax": "pip could not install it, or there is no python3-venv.",
    "codipack": "neither Debian nor PyPI has CoDiPack, so there is no package to install it from. The one figure "
                "for it that we were given is 10.4 ns for an op of the scalar chain where a bare arena tape took "
                "35, 0.30 of that; what a replayed op takes of our arena tape is in the table of scalar ops.",
}
# libtorch has a pool of OpenMP threads. OpenBLAS's own threads fight with it (two are several
# times slower than one), its OpenMP build does not: where that is installed the peer is given it.
OPENMP_BLAS = "/usr/lib/{}/openblas-openmp"
# OpenBLAS takes a processor that is younger than itself for one without AVX, and its products are
# four times slower then. Its documents' remedy is OPENBLAS_CORETYPE: of these the first whose
# features the processor has.
OLD_CORES = {"prescott", "core2", "penryn", "dunnington", "nehalem", "generic"}
CORES = [("COOPERLAKE", "avx512_bf16"), ("SKYLAKEX", "avx512bw"), ("HASWELL", "avx2")]

HERE = pathlib.Path(__file__).resolve().parent


@dataclass
class Best:
    seconds: float
    checksum: float


def find(build):
    """{name: command} of what was built, and the names of what was not."""
    files = {name: build / "benchmarks" / f"bench_{name}" for name in NAMES}
    present = {name: [file] for name, file in files.items() if file.is_file()}
    python, data = build / "jax" / "bin" / "python", build / "workloads"
    if "by_hand" in present and python.exists():  # JAX reads the data that by_hand writes
        run("by_hand", present["by_hand"], [f"--dump={data}"])
        present["jax"] = [python, "-B", HERE.parent / "jax" / "main.py", f"--data={data}"]
    return present, [name for name in NAMES if name not in present]


def openmp_blas():
    """The folder of OpenBLAS's OpenMP build, or None."""
    folder = pathlib.Path(OPENMP_BLAS.format(f"{os.uname().machine}-linux-gnu"))
    return folder if folder.is_dir() else None


def better_core(taken_for, features):
    """What OpenBLAS should take a processor for, or None where it is right."""
    if taken_for.lower() not in OLD_CORES:
        return None
    return next((core for core, feature in CORES if feature in features), None)


@functools.cache
def blas_core():
    """(what OpenBLAS takes this processor for, what it is told): ("", None) where nobody can say."""
    try:
        name = ctypes.CDLL("libopenblas.so.0").openblas_get_corename
        name.restype = ctypes.c_char_p
        taken_for = name().decode()
        features = re.search(r"^flags\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    except (OSError, AttributeError):
        return "", None
    return taken_for, better_core(taken_for, features[1].split() if features else [])


def environment(name):
    result = dict(os.environ)
    if blas_core()[1]:
        result["OPENBLAS_CORETYPE"] = blas_core()[1]
    if name == "torch" and openmp_blas():
        result["LD_LIBRARY_PATH"] = str(openmp_blas())
    return result


def run(name, command, arguments):
    done = subprocess.run([*command, *arguments], env=environment(name), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.stderr.write(done.stderr)
        said = " ".join(arguments)
        raise SystemExit(f"[bench] {name} {said} failed with {done.returncode}.")
    return done.stdout


def exactly(question, size, variant):
    """The filter for one row; in it brackets would mean a class."""
    return re.sub(r"[\[\]]", ".", f"^{question}/{size}/{variant}/")


def filter_of(name, turn, threads, quick, only):
    """Which rows a run takes, "" for none: with two threads the training steps, quick nothing long."""
    questions = [q.name for q in rows.QUESTIONS if not only or q.name in only]
    if name in ANSWERS:
        questions = [q for q in questions if q in ANSWERS[name]]
    if threads > 1:
        questions = [q for q in questions if q == "step"]
    sizes = {}
    if quick:
        sizes["scalars"] = "(1000|10000)"
    elif name == "torch" and turn > 0:  # a million nodes take libtorch many seconds: once is enough
        sizes["scalars"] = "10{3,5}"
    return "|".join(f"^{q}/{sizes.get(q, '[^/]+')}/" for q in questions)


def measure(present, rounds, quick, only):
    """{(question, size, threads): {variant: Best}}"""
    best = {}
    for turn in range(rounds):
        for threads in (1, 2) if os.cpu_count() > 1 else (1,):
            names = list(present)
            names = names[turn % len(names):] + names[:turn % len(names)]  # nobody is always first
            for name in names:
                chosen = filter_of(name, turn, threads, quick, only)
                if not chosen:
                    continue
                print(f"round {turn + 1} of {rounds}: {name}, threads {threads}", flush=True)
                output = run(name, present[name], [
                    f"--threads={threads}", "--benchmark_format=json",
                    f"--benchmark_filter={chosen}",
                    f"--benchmark_min_time={0.03 if quick else 0.1}"])
                # Google Benchmark says nothing at all where no row is meant.
                keep_best(best, json.loads(output or '{"benchmarks": []}'), threads)
    return best


def copies(present, rounds, quick):
    """{(size, variant): seconds of a step} of two processes at once, one thread each."""
    best = {}
    variants = [(name, variant) for name, variants in rows.COPIED.items() if name in present
                for variant in variants]
    for turn in range(rounds if os.cpu_count() > 1 else 0):
        for size in rows.THREADED:
            for name, variant in variants:
                print(f"round {turn + 1} of {rounds}: two copies, {variant} {size}", flush=True)
                command = [*present[name], "--threads=1", "--benchmark_format=json",
                           f"--benchmark_filter={exactly('step', size, variant)}",
                           f"--benchmark_min_time={0.2 if quick else 1}"]
                pair = [subprocess.Popen(command, env=environment(name), text=True,
                                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                        for _ in range(2)]
                took = {}
                for process in pair:
                    keep_best(took, json.loads(process.communicate()[0]), len(took))
                mean = sum(variants[variant].seconds for variants in took.values()) / 2
                best[size, variant] = min(mean, best.get((size, variant), mean))
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
    for name, command in present.items():
        if name in ANSWERS:
            continue
        for line in run(name, command, ["--memory"]).splitlines():
            row = json.loads(line)
            result[row.pop("variant")] = row
    return result
