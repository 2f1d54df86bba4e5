"""The questions: which columns each has, what the ratios are taken to, and the figures to reach.

A new question is a Question here, and a file in the folder of each contender that answers it.
"""
from dataclasses import dataclass, field

LABELS = {
    "by_hand": "by hand",
    "by_hand_nodes": "node by node",
    "by_hand_fused": "by hand, fused",
    "by_hand_nodes_all": "node by node, all kept",
    "by_hand_nodes_reused": "node by node, reused",
    "arena": "arena tape",
    "arena_open": "open arena tape",
    "interpreter": "bare interpreter",
    "plain": "plain value",
    "one_by_one": "replayed one by one",
    "glassgrad_all": "glassgrad `Keep::all`",
    "glassgrad_parameters": "glassgrad `Keep::parameters`",
    "glassgrad_values": "glassgrad `Keep::values`",
    "glassgrad_replayed": "glassgrad replayed",
    "eager_step": "one eager step",
    "glassgrad_compile": "glassgrad compile",
    "torch": "libtorch",
    "adolc": "ADOL-C",
    "adolc_replayed": "ADOL-C, tape kept",
    "sacado": "Sacado",
    "stan": "Stan Math",
    "cppad": "CppAD",
    "cppad_replayed": "CppAD, optimized, kept",
    "jax": "JAX, jit",
    "codipack": "CoDiPack",
}
# The further peers, each with the variant of ours that does as it does: recorded anew, or kept.
PEERS = {"adolc": "glassgrad_all", "sacado": "glassgrad_all", "stan": "glassgrad_all",
         "cppad": "glassgrad_all", "adolc_replayed": "glassgrad_replayed",
         "cppad_replayed": "glassgrad_replayed", "jax": "glassgrad_replayed"}


@dataclass
class Question:
    name: str
    title: str
    text: str
    columns: list
    against: dict  # our variant -> the reference it is divided by
    targets: dict = field(default_factory=dict)  # size -> "at most so many times the reference"
    replayed: dict = field(default_factory=dict)  # the same for a compiled program
    peer: dict = field(default_factory=dict)  # size -> how many times faster than libtorch to be;
    # (eager, replayed) where that differs
    per_op: bool = False  # sizes are counts of ops and times are shown for one
    peers: tuple = ()  # of PEERS: a table of their own; the absent ones are named
    pictured: tuple = ()  # the sizes in the picture, () for all
    size_label: str = "n ="  # what stands before a size in the picture
    floor: tuple = ()  # what cannot be undercut, a target below it being out of reach: the first of
    # these that was measured for eager tapes, the last for programs


EAGER = ["glassgrad_all", "glassgrad_parameters"]
OURS = [*EAGER, "glassgrad_replayed"]
# The steps that two threads are to be good for, and what part of the speed-up that two processes of
# one thread reach at the same time.
THREADED, OF_COPIES = ["256x[784,512,512,10]", "1024x[1024,1024,1024,10]"], 0.9
COPIED = {"by_hand": ["by_hand"], "glassgrad": OURS, "torch": ["torch"]}
STEPS = Question(
    "step", "Training steps",
    "Forward, backward and gradient-descent update, float32: `batch x [sizes]`, Dense layers; relu "
    "and mean softmax cross-entropy, for 4x[2,4,1] tanh, sigmoid and half squared error. By hand "
    "learns the sizes at run time, as everybody else, and never stores a gradient of a weight. The "
    "floor is what the bare arena tape needs, which records the same nodes and nothing else; for "
    "4x[2,4,1], eager, the open one (benchmarks/arena/open_arrays.hpp): ops are data, shapes are found "
    "and checked when they are recorded, nodes are checked handles to records that keep their place, "
    "name, scope and origin, and there is nothing else.",
    ["by_hand", "arena", "arena_open", *OURS, "torch"], {v: "by_hand" for v in OURS},
    {"4x[2,4,1]": 2, "32x[64,64,10]": 1.15, "64x[784,128,10]": 1.05, "256x[784,512,512,10]": 1.05,
     "1024x[1024,1024,1024,10]": 1.05},
    {"4x[2,4,1]": 1.2, "32x[64,64,10]": 1.05, "64x[784,128,10]": 1.0, "256x[784,512,512,10]": 1.0,
     "1024x[1024,1024,1024,10]": 1.0},
    {"4x[2,4,1]": 100, "32x[64,64,10]": 12, "64x[784,128,10]": 1.7, "256x[784,512,512,10]": 1,
     "1024x[1024,1024,1024,10]": 1}, floor=("arena_open", "arena"), peers=("jax",), size_label="")
CHAINS = Question(
    "chain", "Elementwise chain",
    "sum(t^2 + exp(-t^2)) with t = tanh(sigmoid(x) x + 0.5), value and gradient, float32, n "
    "entries. Node by node is one loop per op with every value stored, as an eager engine must; "
    "upstreams are all kept or take turns in two buffers, and each Keep is compared with its like, a "
    "compiled program with the fused loop.",
    ["by_hand_fused", "by_hand_nodes_all", "by_hand_nodes_reused", "arena", *OURS, "torch"],
    {"glassgrad_all": "by_hand_nodes_all", "glassgrad_parameters": "by_hand_nodes_reused",
     "glassgrad_replayed": "by_hand_fused"},
    {"1000000": 1.15}, {"1000000": 1.1}, {"1000000": (1.5, 5)}, peers=("jax",))
SCALARS = Question(
    "scalars", "Scalar ops",
    "A chain of n scalar mul and add, float64, recorded and differentiated anew each time; time "
    "of one op (one second divided by it is nodes per second). The floor is the open arena tape "
    "(benchmarks/arena/open_tape.hpp): ops are data and nodes are checked handles to records that keep "
    "their place, name, scope and origin, and there is nothing else.",
    ["by_hand", "interpreter", "arena", "arena_open", *OURS, "torch"],
    {"glassgrad_all": "arena", "glassgrad_parameters": "arena", "glassgrad_replayed": "interpreter"},
    {"1000": 1, "10000": 1, "100000": 1, "1000000": 2.5},
    {"1000": 1.2, "10000": 1.2, "100000": 1.2, "1000000": 1.2}, per_op=True, floor=("arena_open",),
    peers=("adolc", "sacado", "stan", "cppad", "adolc_replayed", "cppad_replayed"),
    pictured=("1000", "100000", "1000000"))
FORWARDS = Question(
    "forward", "Evaluation",
    "Forward alone, float32, the last layer's numbers: the model's own code on a tape that keeps "
    "values only and is rewound after every batch, and compiled without gradients. The floor is the "
    "bare arena tape, which records the same nodes and nothing else.",
    ["by_hand", "arena", "glassgrad_values", "glassgrad_replayed"],
    {v: "by_hand" for v in ("glassgrad_values", "glassgrad_replayed")},
    {"32x[64,64,10]": 1.05, "64x[784,128,10]": 1.05},
    {"32x[64,64,10]": 1.05, "64x[784,128,10]": 1.05}, floor=("arena",), size_label="")
LOGSUMEXP = Question(
    "logsumexp", "logsumexp",
    "ln sum exp of n numbers, float64: value and gradient, against the value alone by hand.",
    ["plain", "by_hand", *OURS, "torch"], {v: "plain" for v in OURS},
    {"1024": 2.2, "1000000": 2.2}, {"1024": 2.0, "1000000": 2.0},
    {"1024": 3, "1000000": 3}, peers=("jax",))
ROW_NORMS = [Question(
    name, title,
    f"sum(y x), y = {of} of n numbers in rows of 256, float64: value and gradient. By hand is fused, a "
    "row in the cache throughout; an eager tape has a product and a sum to record and pull back besides.",
    ["by_hand", *OURS, "torch"], {v: "by_hand" for v in OURS})
    for name, title, of in (("softmax", "Softmax of rows", "softmax(x)"),
                            ("layernorm", "Layer normalisation", "layer_norm(x)"))]
MATMUL = Question(
    "matmul", "A small product",
    "sum(A B) of two n x n matrices, float64: value and both gradients, against the value alone. The "
    "floor is by hand: three products by the same BLAS.",
    ["plain", "by_hand", *OURS, "torch"], {v: "plain" for v in OURS}, {"22": 3.3}, {"22": 3.1},
    {"22": 10}, floor=("by_hand",), peers=("jax",))
BATCH = Question(
    "batch", "A scalar program over a batch",
    "The scalar chain of n ops for 256 values of x: one program fed with an array, against the "
    "program on single numbers run for each. At least 4x faster means at most 0.25.",
    ["one_by_one", "glassgrad_replayed"], {"glassgrad_replayed": "one_by_one"}, {}, {"1000": 0.25})
MODELS = Question(
    "model", "Models",
    "Forward, backward and gradient-descent update, float32. lstm: 16 sequences of 64 steps of 128 "
    "numbers, 128 units, half squared error of every step. transformer: attention of 4 heads, layer "
    "normalisation and a dense part of 512, for 8 sequences of 64 steps of 128 numbers, half squared "
    "error. cnn: 64 images of 28x28, convolutions of 3x3 to 16 and 32 channels with relu and "
    "max-pooling of 2x2, a dense layer, softmax cross-entropy. Node by node is one loop per op with "
    "every value stored; gates, heads and steps are places there and are not moved, and BLAS adds "
    "gradients up. libtorch uses its own LSTM, TransformerEncoderLayer and Conv2d.",
    ["by_hand_nodes", *OURS, "torch"], {v: "by_hand_nodes" for v in OURS},
    {"lstm": 1.3, "transformer": 1.2}, {"lstm": 1.1, "transformer": 1.1},
    {"lstm": 2, "transformer": 1.5, "cnn": 1}, peers=("jax",), size_label="")
GMM = Question(
    "gmm", "ADBench's mixture of Gaussians",
    "The objective of n points, d = 10, K = 25, float64, and its gradient. By hand the points lie "
    "beside each other in batches, Q is a triangle and Q (x - mu) never leaves the registers; "
    "glassgrad and libtorch write it with array ops (examples/adbench.hpp). Node by node is what "
    "array ops can come to, by hand: one loop per array and BLAS for the products.",
    ["by_hand", "by_hand_nodes", *OURS, "torch"], {v: "by_hand" for v in OURS}, {}, {"1000": 1.5},
    {"1000": 3}, floor=("by_hand_nodes",), peers=("jax",))
COMPILES = Question(
    "compile", "Compiling",
    "Making a program of a training step with its update (the recording, every pass, the plan of its "
    "buffers), against one step of the eager tape with `Keep::all`.",
    ["eager_step", "glassgrad_compile"], {"glassgrad_compile": "eager_step"},
    {size: 10 for size in STEPS.targets}, size_label="")
QUESTIONS = [STEPS, COMPILES, MODELS, FORWARDS, CHAINS, SCALARS, LOGSUMEXP, *ROW_NORMS, MATMUL, GMM,
             BATCH]


def by_hand(variant):
    """Is it loops by hand that compute the same? Then libtorch's distance from it is a bound."""
    return variant.startswith("by_hand")


def times_text(ratio):
    return f"{ratio:.0f}" if ratio >= 1000 else f"{ratio:.3g}"


def disagreements(best):
    """Lines about rows whose contenders did not compute the same number."""
    lines = []
    for (question, size, threads), variants in best.items():
        tolerance = 3e-4 if question in ("step", "compile", "model", "chain") else 1e-9  # float32 sums in different orders
        reference, first = next(iter(variants.items()))
        for variant, other in variants.items():
            if not abs(other.checksum - first.checksum) <= tolerance * max(1, abs(first.checksum)):
                lines.append(f"{question} {size}, threads {threads}: {variant} computed "
                             f"{other.checksum:.9g}, {reference} {first.checksum:.9g}.")
    return lines
