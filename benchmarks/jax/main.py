"""The peer JAX on the CPU: training steps, the elementwise chain, logsumexp.

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


def step(s):
    """(run, checksum): one training step, the sum of the first losses."""
    files, layers = s["files"], range(s["layers"])
    x = jnp.asarray(load(f"{files}_x"))
    y = jnp.asarray(load(f"{files}_labels" if s["classes"] else f"{files}_y"))

    def cost(parameters):
        a = x
        for i, (w, b) in enumerate(parameters):
            a = a @ w + b
            if i + 1 < len(parameters):
                a = jax.nn.relu(a) if s["classes"] else jnp.tanh(a)
        if s["classes"]:
            chosen = jnp.take_along_axis(jax.nn.log_softmax(a), y[:, None], axis=1)
            return -jnp.mean(chosen)
        return jnp.sum((jax.nn.sigmoid(a) - y) ** 2) / (2 * y.shape[0])

    def update(parameters):
        loss, gradient = jax.value_and_grad(cost)(parameters)
        return loss, jax.tree.map(lambda p, g: p - s["rate"] * g, parameters, gradient)

    update = jax.jit(update, donate_argnums=0)
    parameters = [(jnp.asarray(load(f"{files}_W{i}")), jnp.asarray(load(f"{files}_b{i}")))
                  for i in layers]

    def run():
        nonlocal parameters
        loss, parameters = update(parameters)
        return jax.block_until_ready(loss)

    return run, sum(float(run()) for _ in range(s["checked_steps"]))


def value_and_gradient(f, x):
    """(run, checksum): the value and the gradient of f at x, the sum of both."""
    both = jax.jit(jax.value_and_grad(f))
    value, gradient = both(x)
    checksum = float(value) + float(np.sum(np.asarray(gradient), dtype=np.float64))
    return lambda: jax.block_until_ready(both(x)), checksum


def chain(n):
    def cost(x):
        square = jnp.square(jnp.tanh(jax.nn.sigmoid(x) * x + 0.5))
        return jnp.sum(square + jnp.exp(-square))

    return value_and_gradient(cost, jnp.asarray(load(f"chain{n}")))


def logsumexp(n):
    return value_and_gradient(jax.nn.logsumexp, jnp.asarray(load(f"logsumexp{n}")))


def main():
    workloads = json.loads((OPTIONS.data / "workloads.json").read_text())
    # Only logsumexp is float64, which JAX has to be told; the other rows run as it comes.
    questions = [("step", s["name"], step, s, False) for s in workloads["steps"]]
    questions += [("chain", n, chain, n, False) for n in workloads["chain"]]
    questions += [("logsumexp", n, logsumexp, n, True) for n in workloads["logsumexp"]]
    rows = []
    for question, size, make, argument, float64 in questions:
        name = f"{question}/{size}/jax"
        if re.search(OPTIONS.benchmark_filter, name):
            with jax.enable_x64(float64):
                run, checksum = make(argument)
                rows.append({"run_name": name, "real_time": seconds(run), "time_unit": "s",
                             "checksum": checksum})
    print(json.dumps({"benchmarks": rows}))


if __name__ == "__main__":
    main()
