"""docs/benchmarks.md: what was measured, as Markdown tables."""
import os
import pathlib
import platform
import re
import shutil
import subprocess

import contenders
import programs
import rows


def time_text(seconds):
    if seconds is None:
        return "-"
    for unit, size in (("s", 1), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def size_text(count):
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def table(head, lines):
    lines = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def short(variant):
    return rows.LABELS[variant].split()[-1]


def first_head(question):
    return question.size_label.removesuffix(" =") or question.name


def measured_of(variants, question, threads, best):
    """Those of `variants` that were measured in a row of the question."""
    found = {v for key, took in best.items() if key[0] == question.name and key[2] == threads
             for v in took}
    return [v for v in variants if v in found]


def absent_note(asked, measured):
    names = [rows.LABELS[v] for v in asked if v not in measured]
    return f"\n\nAbsent: {', '.join(names)}." if names else ""


def question_table(question, threads, best):
    """One line per size: times, then each Keep against its reference, the target, and the peer."""
    ours = question.against
    eager, replayed = (question.targets, question.replayed) if threads == 1 else ({}, {})
    judged = bool(eager or replayed)
    columns = measured_of(question.columns, question, threads, best)
    targets = {v: replayed if v == "glassgrad_replayed" else eager for v in ours}
    head = [first_head(question), *(rows.LABELS[c] for c in columns)]
    head += [f"{short(v)} / {rows.LABELS[r]}" for v, r in ours.items()]
    head += ["floor"] if judged and question.floor else []
    head += ["to reach (eager, replayed)", "met"] if judged else []
    peers = "torch" in columns
    head += ["libtorch / glassgrad (all, parameters, replayed)"] if peers else []
    asked = question.peer if peers and threads == 1 else {}
    head += ["to reach", "met"] if asked else []
    lines = []
    for (name, size, n), variants in best.items():
        if name != question.name or n != threads:
            continue
        took = {v: b.seconds / (int(size) if question.per_op else 1) for v, b in variants.items()}
        ratios = {v: took[v] / took[r] for v, r in ours.items() if v in took and r in took}
        line = [size, *(time_text(took.get(c)) for c in columns)]
        line += [f"{ratios[v]:.2f}" if v in ratios else "-" for v in ours]
        if judged:
            reference = next(iter(ours.values()))
            floors = {v: took[f] / took[reference] for v in ours
                      for f in floor_of(question, v, took)}
            different = dict.fromkeys(f"{floor:.2f}" for floor in floors.values())
            line += [", ".join(different) or "-"] if question.floor else []
            line.append(f"{eager.get(size, '-')}, {replayed.get(size, '-')}")
            line.append(met_text(ratios, {v: targets[v].get(size) for v in ours}, floors))
        peer = took.get("torch")
        if peers:
            line.append(", ".join(rows.times_text(peer / took[v]) for v in ours if peer and v in took)
                        or "-")
        if asked:
            measured = [v for v in ours if peer and v in took]
            bounds = {v: {"the floor": peer / took[f] for f in floor_of(question, v, took)}
                      | {"by hand": peer / took[h] for h in ("by_hand", ours[v])
                         if h in took and rows.by_hand(h)} for v in measured}
            line += peer_texts(asked.get(size), {v: peer / took[v] for v in measured}, bounds)
        lines.append(line)
    return table(head, lines) + absent_note(question.columns, columns) if lines else "Not measured."


def floor_of(question, variant, took):
    """The contender that this variant cannot undercut: a list of one, or of none."""
    measured = [f for f in question.floor if f in took]
    return measured[-1:] if variant == "glassgrad_replayed" else measured[:1]


def peers_table(question, threads, best):
    """The further peers: times, and how many times slower than ours that does as they do."""
    measured = {key[1]: v for key, v in best.items() if key[0] == question.name and key[2] == threads}
    present = measured_of(question.peers, question, threads, best)
    if not present:
        return absent_note(question.peers, present).strip()
    head = [first_head(question)]
    for peer in present:
        head += [rows.LABELS[peer], f"/ {short(rows.PEERS[peer])}"]
    lines = []
    for size, variants in measured.items():
        line = [size]
        for peer in present:
            took, ours = variants.get(peer), variants.get(rows.PEERS[peer])
            part = int(size) if question.per_op else 1
            line += [time_text(took and took.seconds / part),
                     rows.times_text(took.seconds / ours.seconds) if took and ours else "-"]
        lines.append(line)
    return ("Further peers, each with how many times slower it is than glassgrad where that does as it "
            "does: recorded anew with `Keep::all`, or replayed.\n\n" + table(head, lines)
            + absent_note(question.peers, present))


def copies_table(pairs, best):
    """The speed-up by a second thread, and that of two processes, which is what the machine can give."""
    lines, by_hand = [], {}
    for (size, variant), together in pairs.items():
        one, two = (best.get(("step", size, n), {}).get(variant) for n in (1, 2))
        if one and two:
            ours, copies = one.seconds / two.seconds, 2 * one.seconds / together
            part = ours / copies
            if variant == "by_hand":
                by_hand[size] = part
            floor = by_hand.get(size, 1)
            met = ("-" if variant not in rows.OURS else "yes" if part >= rows.OF_COPIES else
                   f"no (by hand: {floor:.2f})" if floor < rows.OF_COPIES else "no")
            lines.append([size, rows.LABELS[variant], f"{ours:.2f}", f"{copies:.2f}", f"{part:.2f}", met])
    if not lines:
        return ""
    return ("How much faster two threads are than one, and two processes of one thread each, at the same "
            "time, than one of them alone: what the machine has to give.\n\n"
            + table(["step", "variant", "two threads", "two processes", "of it",
                     f"met ({rows.OF_COPIES} of it)"], lines))


def profile_text(profiled):
    if isinstance(profiled, str):
        return profiled
    parts = ["Samples of glassgrad's process in the rows that are furthest from their figure, one a "
             "question; functions of a fiftieth of the time or more."]
    for (times, question, size, variant), functions in profiled:
        parts.append(f"{question} {size}, {rows.LABELS[variant]}: {times:.2f} times its figure.")
        parts.append(table(["function", "in", "share"],
                           [[f"`{name}`", where, f"{share:.0f}%"] for name, where, share in functions]))
    return "\n\n".join(parts)


def met_text(ratios, targets, floors=None):
    """Which variants reach their target; what the floor itself does not reach is said to be so."""
    said = []
    for variant, target in targets.items():
        if not target or variant not in ratios:
            continue
        floor = (floors or {}).get(variant)
        beyond = " (nor the floor)" if floor and floor > target else ""
        said.append(f"{short(variant)}: " + ("yes" if ratios[variant] <= target else "no" + beyond))
    return ", ".join(said) or "-"


def peer_texts(target, faster, bounds=None):
    """What is asked beside the peer, one number or (eager, replayed), and who reaches it; what the
    loops by hand, or else the floor, do not reach themselves is said to be so."""
    if not target:
        return ["-", "-"]
    eager, replayed = target if isinstance(target, tuple) else (target, target)
    met = []
    for variant, times in faster.items():
        asked = replayed if variant == "glassgrad_replayed" else eager
        below = {k: v for k, v in (bounds or {}).get(variant, {}).items() if v < asked}
        bound = "by hand" if "by hand" in below else "the floor"
        beyond = f" ({bound}: {rows.times_text(below[bound])})" if below else ""
        met.append(f"{short(variant)}: " + ("yes" if times >= asked else "no" + beyond))
    return [", ".join(str(t) for t in dict.fromkeys((eager, replayed))), ", ".join(met) or "-"]


def programs_table(measured):
    start = measured["empty"]["run"]
    lines = []
    for name, m in measured.items():
        if name != "empty":
            lines.append([programs.LABELS[name], time_text(m["compile"]), size_text(m["size"]),
                          time_text(max(m["run"] - start, 0))])
    lines.append(["to reach", "4 s (1.5 s without xtensor)", "5 MB", "5 ms"])
    return table(["program", "compile, -O2", "stripped, BLAS dynamic",
                  "first gradient, beyond an empty program"], lines)


def memory_table(memory):
    """What is asked: eager no more than libtorch, replayed 1.3 times what the step cannot do without."""
    batch, sizes = 1024, [1024, 1024, 1024, 10]
    parameters = sum(a * b + b for a, b in zip(sizes, sizes[1:]))
    needed = 4 * (2 * parameters + batch * sum(sizes[1:]))
    torch = memory.get("torch", {}).get("bytes")
    asked = {"glassgrad_parameters": (torch, "resident, no more than libtorch", "bytes"),
             "glassgrad_replayed": (1.3 * needed, "arrays, 1.3 of what is needed", "tensors")}
    lines = []
    for variant, m in memory.items():
        most, what, which = asked.get(variant, (None, "-", "bytes"))
        lines.append([rows.LABELS[variant], size_text(m["bytes"]),
                      size_text(m["tensors"]) if m["tensors"] else "-",
                      f"{what}: {size_text(most)}" if most else "-",
                      ("yes" if m[which] <= most else "no") if most else "-"])
    return (table(["1024x[1024,1024,1024,10]", "resident above start, peak",
                   "arrays, as counted by itself", "to reach", "met"], lines)
            + f"\n\nParameters, their gradients and what is live between forward and backward are "
            f"{size_text(needed)}. Resident is what the process takes from the system: its own copy of the "
            "data and what BLAS keeps are in it. An eager tape counts its arenas whole, touched or not.")


def output_of(*command):
    if not shutil.which(command[0]):
        return ""
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True).stdout


def jax_version(build):
    """Of the virtual environment, ", jax 1.2.3", or nothing."""
    found = sorted((build / "jax").glob("lib/python*/site-packages/jax-*.dist-info"))
    return f", jax {found[0].name.split('-')[1].removesuffix('.dist')}" if found else ""


def blas_said():
    taken_for, told = contenders.blas_core()
    if not told:
        return f"OpenBLAS's kernels: {taken_for or 'unknown'}"
    return (f"OpenBLAS is older than this processor and takes it for {taken_for}; every contender "
            f"tells it OPENBLAS_CORETYPE={told}, or their products would be several times slower. "
            "glassgrad's products are its own")


def machine(root, build):
    """Lines about the machine, versions and flags."""
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    cache = dict(re.findall(r"^(\w+):\w+=(.*)$", (build / "CMakeCache.txt").read_text(), re.M))
    compiler = output_of(cache["CMAKE_CXX_COMPILER"], "--version").splitlines()[:1]
    system = dict(re.findall(r'^(\w+)="?(.*?)"?$',
                             pathlib.Path("/etc/os-release").read_text(), re.M))
    packages = ["libopenblas0-pthread", "libopenblas0-openmp", "libtorch1.13", "libxsimd-dev",
                "libxtensor-dev", "libbenchmark-dev", "libadolc-dev", "libtrilinos-sacado-dev",
                "r-cran-stanheaders", "r-cran-tmb"]
    versions = output_of("dpkg-query", "-W", "-f", "${Package} ${Version}\n", *packages)
    commit = output_of("git", "-C", str(root), "rev-parse", "--short", "HEAD").strip()
    return [
        f"- {cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, "
        f"{system.get('PRETTY_NAME', '')}; load average when the page was written: "
        f"{os.getloadavg()[0]:.1f}",
        f"- {''.join(compiler)}; Release ({cache.get('CMAKE_CXX_FLAGS_RELEASE', '')}), "
        f"ISA {cache['GLASSGRAD_ISA']} for the library's kernels and the references, none for the "
        "users' code and the peers'",
        f"- {', '.join(versions.splitlines()) or 'versions of packages unknown'}"
        f"{jax_version(build)}",
        f"- {blas_said()}",
        f"- glassgrad at {commit or 'no commit yet'}",
    ]


HOW = """\
- **Large steps** are products of matrices: BLAS's by hand, glassgrad's own, which come up to them where they are large
  and are ahead where they are narrow. Ours add one pass per elementwise node, over arrays that lie in large pages. By
  hand the update is part of the product that makes the gradient, which no engine that shows gradients can do.
- **4x[2,4,1]** is about fourteen nodes of a dozen numbers: what is measured is bookkeeping (shapes, buffers, checks, the
  optimizer's look for its state), spread evenly. The bare arena tape shows what remains without names, errors,
  broadcasting and shapes of any rank, the open one what an engine needs at the least that has them. Replayed, about
  twenty kernels are called on what fits a vector or two.
- **Compiling** computes nothing but constants; what it costs is the recording, the gradient as a graph, the passes and
  the plan of the buffers. Beside the smallest step that is much. `describe()` is not part of it: it runs the passes
  once more.
- **Models**: contributions go where they are summed, by the kernel that makes them (a product's, a slice's); all of an
  LSTM's x W are one product. libtorch beside a model by hand says what is left to gain: that is what "by hand" stands
  for under "met".
- **The small CNN**: a convolution gathers an image's windows (im2col) where the cache holds them, multiplies, and
  gathers them again for the gradient of the weights instead of passing an array nine times as large as the image
  through memory. Pooling by windows that do not overlap is a maximum over two axes of the same numbers. Replayed, an
  image goes through convolution, bias, relu and pooling before the next one does.
- **Layer normalisation** is one op and one pass through memory each way: a row stays in the cache for its mean, its
  variance and what becomes of it.
- **Evaluation**, replayed, writes bias and activation where the product was; eager, every node has its own numbers,
  and at 32x[64,64,10] those no longer fit the nearest cache together with the weights.
- **The chain**, eager, runs at the speed of memory. Replayed it runs block by block from the cache, derivatives by the
  kernels that backward uses; exp and tanh of AVX-512 without divisions make it faster than the fused loop of xsimd.
- **Scalars**, eager, stay near the arena tape because a record holds its own number; names, generations and the place in
  the source are the rest. Replayed, the gradient is a graph of its own, three to five ops where the bare interpreter
  goes twice through one switch; ordered by op, one call serves a dozen of them, an input is a place of four bytes in
  the one array of all numbers, and chains that do not wait for one another run side by side in the core. Over a batch of inputs the calls are shared by
  the whole batch.
- **logsumexp**: its gradient is u e^(x - y) in one pass. Where y is rounded so much that these no longer add up to u, a
  second pass takes that back.
- **The mixture of Gaussians**: by hand uses that the 10 x 10 matrices are triangular and keeps x - mu and Q (x - mu)
  in registers. Node by node is what arrays can come to; replayed, a component goes through its ops from the second
  cache, x - mu is made twice instead of kept, and what mu receives is a product with a vector (a sum goes first). What is
  left is that cache, through which all of a component passes once for every op.
- **A small product** takes the time of its multiplications; eager, recording it comes on top, and where an operand is
  read transposed, laying it out.
- **Further peers**: Stan Math and Sacado record a scalar node as a number, an adjoint and two pointers, with no check
  or name and no rule to ask; ADOL-C and CppAD run a tape that is kept as one loop over op codes, as the bare
  interpreter does. JAX makes machine code of the whole step for its sizes: ahead where much elementwise work is fused,
  behind where a call from Python counts."""


PEERS = """\
Each as its own documents recommend; the files of benchmarks/ cite them.

- **libtorch**: modules and functional losses, gradients set to none, updates in place; its own LSTM,
  TransformerEncoderLayer and Conv2d. Threads set for it and for its BLAS.
- **JAX**: jit around value, gradient and update, parameters donated, timed after a warm-up with block_until_ready;
  NHWC images, a scan over the LSTM's steps. XLA has no setting for its threads, so the process is bound to one core
  (or two). It is compiled as our replayed programs are, and compared with them; about ten microseconds of each call
  are Python's.
- **ADOL-C**: taped with keep = 1 and buffers that need no file, then reverse; kept: zos_forward and fos_reverse.
- **Sacado**: Rad::ADvar and Gradcomp. **Stan Math**: var, grad, recover_memory.
- **CppAD** (TMB's copy, of 2014): ADFun::Dependent, Forward(0), Reverse(1), with hold_memory; kept: optimize first.
"""


def write(root, build, output, rounds, absent, best, pairs, memory, measured, pictures,
          profiled):
    disagreements = rows.disagreements(best)
    peer_blas = ("OpenBLAS's OpenMP build, which gets on with its own threads"
                 if contenders.openmp_blas() else "whatever BLAS there is")
    parts = ["# Benchmarks",
             "Written by `scripts/bench`; do not edit. Ratios below 1 mean that we are faster than "
             "the reference; `libtorch / glassgrad` says how many times slower libtorch is.",
             "\n".join(machine(root, build)),
             f"Each contender is a process of its own, run {rounds} times in turn with the others; "
             "the best time counts. Two threads mean: by hand and the arena tape with BLAS on two "
             f"threads, glassgrad with its own pool, libtorch with {peer_blas}."]
    if absent:
        parts.append("\n".join(f"- Absent: {rows.LABELS.get(name, name)}. Why: {contenders.WHY_ABSENT[name]}"
                               for name in absent))
    for question in rows.QUESTIONS:
        if not any(key[0] == question.name for key in best):
            continue
        parts += [f"## {question.title}", question.text]
        if question.name in pictures:
            file = pictures[question.name].relative_to(output.parent)
            parts.append(f"![{question.title}: a bar for each contender]({file.as_posix()})")
        parts += [question_table(question, 1, best), peers_table(question, 1, best)]
        if any(key[0] == question.name and key[2] == 2 for key in best):
            parts += ["With two threads:", question_table(question, 2, best),
                      peers_table(question, 2, best)]
        if question.name == "step":
            parts.append(copies_table(pairs, best))
    parts += ["## How the peers are run", PEERS.strip()]
    if measured:
        parts += ["## The README's program", programs_table(measured)]
    if memory:
        parts += ["## Memory of the largest step", memory_table(memory)]
    if profiled:
        parts += ["## Where the remaining time goes", profile_text(profiled)]
    parts += ["## How the numbers come about, and where we lose", HOW]
    parts += ["## Do all compute the same?",
              "\n".join(f"- {line}" for line in disagreements) or
              "Yes: the sums of the first losses, or of values and gradients, agree in every row."]
    return "\n\n".join(part for part in parts if part) + "\n"
