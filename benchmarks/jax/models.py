"""The costs of workloads.hpp and models.hpp, written for JAX. Nothing here is jitted or measured.

Networks take a list of parameters in the order of their parts; images are NHWC and filters HWIO inside,
the layout that JAX's convolution example and Flax use, so `to_jax` turns the arrays once.
"""
import jax
import jax.numpy as jnp
from jax import lax


def cross_entropy(scores, labels):
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(scores), labels[:, None], axis=1))


def half_squared_error(predicted, y):
    rows = y.size // y.shape[-1]
    return jnp.sum(jnp.square(predicted - y)) / (2 * rows)


def classifier(parameters, x, labels):
    for w, b in zip(parameters[:-2:2], parameters[1:-2:2]):
        x = jax.nn.relu(x @ w + b)
    return cross_entropy(x @ parameters[-2] + parameters[-1], labels)


def regression(parameters, x, y):
    for w, b in zip(parameters[:-2:2], parameters[1:-2:2]):
        x = jnp.tanh(x @ w + b)
    return half_squared_error(jax.nn.sigmoid(x @ parameters[-2] + parameters[-1]), y)


def lstm(parameters, x, y):
    """The product with the inputs is one for all steps, the rest a scan over them."""
    w, u, b = parameters

    def step(state, from_input):
        hidden, cell = state
        i, f, g, o = jnp.split(from_input + hidden @ u, 4, axis=-1)
        cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * jnp.tanh(g)
        hidden = jax.nn.sigmoid(o) * jnp.tanh(cell)
        return (hidden, cell), hidden

    start = jnp.zeros((x.shape[0], u.shape[0]), x.dtype)
    _, hidden = lax.scan(step, (start, start), jnp.swapaxes(x @ w + b, 0, 1))
    return half_squared_error(jnp.swapaxes(hidden, 0, 1), y)


def normalised(x, gamma, beta):
    x = x - jnp.mean(x, axis=-1, keepdims=True)
    return x * lax.rsqrt(jnp.mean(jnp.square(x), axis=-1, keepdims=True) + 1e-5) * gamma + beta


def transformer(parameters, x, y):
    query, key, value, out = [(parameters[i], parameters[i + 1]) for i in (0, 2, 4, 6)]
    norm1, norm2, wide, narrow = [(parameters[i], parameters[i + 1]) for i in (8, 10, 12, 14)]

    def heads(part):
        return (x @ part[0] + part[1]).reshape(*x.shape[:2], 4, -1)

    attended = jax.nn.dot_product_attention(heads(query), heads(key), heads(value))
    x = normalised(x + attended.reshape(x.shape) @ out[0] + out[1], *norm1)
    dense = jax.nn.relu(x @ wide[0] + wide[1]) @ narrow[0] + narrow[1]
    return half_squared_error(normalised(x + dense, *norm2), y)


def cnn(parameters, x, labels):
    w1, b1, w2, b2, w, b = parameters
    for kernel, bias in ((w1, b1), (w2, b2)):
        x = lax.conv_general_dilated(x, kernel, (1, 1), "SAME",
                                     dimension_numbers=("NHWC", "HWIO", "NHWC"))
        x = lax.reduce_window(jax.nn.relu(x + bias), -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1),
                              "VALID")
    return cross_entropy(x.reshape(x.shape[0], -1) @ w + b, labels)


def to_jax(name, parameters, x):
    """The arrays in the layout in which the cost takes them: of the networks only cnn's differ."""
    if name != "cnn":
        return parameters, x
    w1, b1, w2, b2, w, b = parameters
    w = w.reshape(32, 7, 7, -1).transpose(1, 2, 0, 3).reshape(w.shape)
    turned = [w1.transpose(2, 3, 1, 0), b1, w2.transpose(2, 3, 1, 0), b2, w, b]
    return turned, x.transpose(0, 2, 3, 1)


def chain(x):
    square = jnp.square(jnp.tanh(jax.nn.sigmoid(x) * x + 0.5))
    return jnp.sum(square + jnp.exp(-square))


def matmul(ab):
    return jnp.sum(ab[0] @ ab[1])


def mixture(parameters, x, constant):
    """ADBench's objective, all points and components at once (the formula is in models.hpp)."""
    alpha, mu, icf = parameters
    d = mu.shape[1]
    q, below = icf[:, :d], icf[:, d:]
    columns, row_of = jnp.triu_indices(d, 1)  # (j, i) with i > j, column by column of L
    lower = jnp.zeros((len(alpha), d, d)).at[:, row_of, columns].set(below)
    centred = x[None] - mu[:, None]  # (K, n, d)
    scaled = jnp.exp(q)[:, None] * centred + jnp.einsum("kij,knj->kni", lower, centred)
    each = (alpha + q.sum(1))[:, None] - 0.5 * jnp.sum(jnp.square(scaled), axis=2)
    prior = 0.5 * (jnp.sum(jnp.exp(2 * q)) + jnp.sum(jnp.square(below)))
    return (jnp.sum(jax.nn.logsumexp(each, axis=0)) - len(x) * jax.nn.logsumexp(alpha) + prior
            + constant)
