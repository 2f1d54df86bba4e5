"""The peer JAX on the CPU: training steps, models, the elementwise chain, logsumexp, a small product,
ADBench's mixture. The costs are in models.py.

Written as its documents say ("Benchmarking JAX code": jit the outermost function, warm up, wait with
block_until_ready, mind the types; "Buffer donation": parameters are donated to the step that replaces
them). The arrays come from `bench_by_hand --dump=FOLDER`. Takes the flags of the other contenders and
prints rows in the form of Google Benchmark's JSON.
"""
import argparse
import json
import os
import pathlib
import re
import time


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--benchmark_format", default="json")
    parser.add_argument("--benchmark_filter", default=".")
    parser.add_argument("--benchmark_min_time", type=float, default=0.1)
    return parser.parse_args()


OPTIONS = arguments()
# JAX has no setting for the number of its threads: XLA takes as many as the process may run on.
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:OPTIONS.threads])
os.environ["JAX_PLATFORMS"] = "cpu"

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402

import models  # noqa: E402


def load(name):
    return np.load(OPTIONS.data / f"{name}.npy")


def seconds(run):
    """The mean of a run, over as many runs as fill the asked time, as Google Benchmark does."""
    count = 1
    while True:
        start = time.perf_counter()
        for _ in range(count):
            run()
        took = time.perf_counter() - start
        if took >= OPTIONS.benchmark_min_time:
            return took / count
        count = max(count + 1, int(count * min(10, 1.4 * OPTIONS.benchmark_min_time / took)))


def training(cost, rate, parameters, x, y, steps):
    """(run, the sum of the first losses, parameters before, after those)"""
    before = [np.asarray(p) for p in parameters]
    x, y = jnp.asarray(x), jnp.asarray(y)

    def update(parameters):
        loss, gradient = jax.value_and_grad(cost)(parameters, x, y)
        return loss, jax.tree.map(lambda p, g: p - rate * g, parameters, gradient)

    update = jax.jit(update, donate_argnums=0)
    parameters = [jnp.array(p) for p in before]

    def run():
        nonlocal parameters
        loss, parameters = update(parameters)
        return jax.block_until_ready(loss)

    losses = sum(float(run()) for _ in range(steps))
    return run, losses, before, [np.array(p) for p in parameters]


def step(s):
    files = s["files"]
    parameters = [load(f"{files}_{kind}{i}") for i in range(s["layers"]) for kind in "Wb"]
    y = load(f"{files}_labels" if s["classes"] else f"{files}_y")
    cost = models.classifier if s["classes"] else models.regression
    return training(cost, s["rate"], parameters, load(f"{files}_x"), y, s["checked_steps"])[:2]


def model(s):
    name = s["name"]
    parameters, x = models.to_jax(name, [load(f"{name}_{i}") for i in range(s["parts"])],
                                  load(f"{name}_x"))
    y = load(f"{name}_labels" if s["classes"] else f"{name}_y")
    run, checksum, before, after = training(getattr(models, name), s["rate"], parameters, x, y,
                                            s["checked_steps"])
    for p, q in zip(before, after):  # how far each went: the size of its gradients
        checksum += np.sqrt(np.sum(np.square(q.astype(np.float64) - p))) / s["rate"]
    return run, checksum


def value_and_gradient(cost, x, weights=(1,)):
    """(run, checksum): value and gradient at x; the value plus the gradient times the weights."""
    both = jax.jit(jax.value_and_grad(cost))
    value, gradient = both(x)
    numbers = np.concatenate([np.asarray(g, np.float64).ravel() for g in jax.tree.leaves(gradient)])
    return lambda: jax.block_until_ready(both(x)), float(value), float(np.sum(numbers * weights))


def chain(n):
    run, value, gradient = value_and_gradient(models.chain, jnp.asarray(load(f"chain{n}")))
    return run, value + gradient


def logsumexp(n):
    run, value, gradient = value_and_gradient(jax.nn.logsumexp, jnp.asarray(load(f"logsumexp{n}")))
    return run, value + gradient


def matmul(n):
    run, value, gradient = value_and_gradient(models.matmul, jnp.asarray(load(f"matmul{n}")))
    return run, value + gradient


def gmm(n):
    x, constant = jnp.asarray(load("gmm_x")), load("gmm_constant")[0]
    parameters = [jnp.asarray(load(f"gmm_{part}")) for part in ("alpha", "mu", "icf")]
    run, value, gradient = value_and_gradient(lambda p: models.mixture(p, x, constant), parameters,
                                              load("gmm_checked"))
    return run, value / n + gradient


# JAX has to be told of float64; the float32 rows run as it comes.
FLOAT64 = {"logsumexp", "matmul", "gmm"}


def main():
    workloads = json.loads((OPTIONS.data / "workloads.json").read_text())
    rows = []
    for question in (step, model, chain, logsumexp, matmul, gmm):
        for size in workloads[question.__name__]:
            said = size["name"] if isinstance(size, dict) else size
            name = f"{question.__name__}/{said}/jax"
            if re.search(OPTIONS.benchmark_filter, name + "/"):
                with jax.enable_x64(question.__name__ in FLOAT64):
                    run, checksum = question(size)
                    rows.append({"run_name": name, "real_time": seconds(run), "time_unit": "s",
                                 "checksum": checksum})
    print(json.dumps({"benchmarks": rows}))


if __name__ == "__main__":
    main()
