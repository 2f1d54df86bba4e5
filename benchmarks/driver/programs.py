"""Compile time, stripped size and time to the first gradient: the programs of readme/."""
import json
import pathlib
import subprocess
import tempfile
import time

LABELS = {  # the files of benchmarks/readme/
    "empty": "nothing",
    "glassgrad": "glassgrad",
    "glassgrad_bare": "glassgrad, without the xtensor header",
    "torch": "libtorch",
}


def seconds(command, **keywords):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **keywords)
    return time.perf_counter() - start


def compile_commands(build):
    """{program: (command, folder)}, from the build's own list, so that flags are those of CMake."""
    result = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        file = pathlib.Path(entry["file"])
        if file.parent.name == "readme":
            result[file.stem] = (entry["command"], entry["directory"])
    return result


def measure(build, repeats):
    """{program: {"compile": s, "size": bytes stripped, "run": s}}, the best of `repeats`."""
    commands = compile_commands(build)
    names = [name for name in LABELS if name in commands]
    subprocess.run(["cmake", "--build", build, "--target", *(f"readme_{name}" for name in names)],
                   check=True, stdout=subprocess.DEVNULL)
    result = {}
    for name in names:
        print(f"compile time, size and first gradient: {name}", flush=True)
        command, folder = commands[name]
        program = build / "benchmarks" / f"readme_{name}"
        compiling = min(seconds(command, shell=True, cwd=folder) for _ in range(repeats))
        with tempfile.TemporaryDirectory() as scratch:
            stripped = pathlib.Path(scratch) / name
            subprocess.run(["strip", "-o", stripped, program], check=True)
            result[name] = {"compile": compiling, "size": stripped.stat().st_size}
    for _ in range(10 * repeats):  # in turn, so that a noisy moment hits all
        for name in names:
            took = seconds([build / "benchmarks" / f"readme_{name}"])
            result[name]["run"] = min(took, result[name].get("run", took))
    return result
