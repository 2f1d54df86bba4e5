"""Arrays as <glassgrad/format.hpp> prints them, against NumPy's str(). GLASSGRAD_ARRAY_TEXTS is array_texts.cpp."""
import os
import random
import subprocess
import unittest

import numpy

TYPES = {"f4": numpy.float32, "f8": numpy.float64, "i8": numpy.int64}
DIGITS = numpy.random.default_rng(20)


def printed(arrays):
    """The text of each array as the program prints it."""
    asked = b"".join(f"{a.dtype.str[1:]} {' '.join(map(str, a.shape))}\n".encode() + a.tobytes() for a in arrays)
    said = subprocess.run([os.environ["GLASSGRAD_ARRAY_TEXTS"]], input=asked, stdout=subprocess.PIPE,
                          check=True).stdout
    texts = []
    while said:
        size, said = said.split(b"\n", 1)
        texts.append(said[:int(size)].decode())
        said = said[int(size):]
    return texts


def some_numbers(kind, count, number):
    """Numbers of one kind: what people have in arrays, and what columns are hard for."""
    limits = numpy.finfo(number)
    normal = DIGITS.standard_normal(count)
    with numpy.errstate(over="ignore", under="ignore"):
        if kind == "normal":
            return normal
        if kind == "whole":
            return DIGITS.integers(-1000, 1000, count)
        if kind == "large whole":
            return DIGITS.integers(-10**9, 10**9, count)
        if kind == "rounded":
            return numpy.round(normal, DIGITS.integers(0, 10))
        if kind == "decades":
            return normal * 10.0 ** DIGITS.integers(-6, 6, count)
        if kind == "far apart":
            return normal * 10.0 ** DIGITS.integers(-300, 300, count)
        if kind == "powers":
            return 10.0 ** DIGITS.integers(-8, 10, count)
        if kind == "halves":  # ties at the eighth digit
            return DIGITS.integers(-4096, 4096, count) / 2.0 ** DIGITS.integers(0, 14)
        if kind == "denormal":
            return limits.smallest_subnormal * DIGITS.integers(0, 40, count)
        if kind == "bits":
            return DIGITS.integers(0, 2**(8 * number().itemsize), count,
                                   numpy.dtype(f"u{number().itemsize}")).view(number)
        return DIGITS.choice([limits.max, limits.tiny, limits.eps, 1, 0, -0.0, 999.5, 1e8, 99999999, 1e-3], count)


KINDS = ["normal", "whole", "large whole", "rounded", "decades", "far apart", "powers", "halves", "denormal", "bits",
         "edges"]


def random_array(word, rank):
    number = TYPES[word]
    largest = {0: 1, 1: 40, 2: 14, 3: 7}[rank]
    shape = [random.randrange(0 if random.random() < 0.1 else 1, largest + 1) for _ in range(rank)]
    count = int(numpy.prod(shape, dtype=int))
    if word == "i8":
        return (DIGITS.integers(-2**62, 2**62, count) >> DIGITS.integers(0, 62)).reshape(shape)
    with numpy.errstate(over="ignore", under="ignore", invalid="ignore"):
        numbers = numpy.asarray(some_numbers(random.choice(KINDS), count, number)).astype(number)
    if random.random() < 0.3:
        for special in (numpy.nan, numpy.inf, -numpy.inf, 0.0, -0.0):
            if random.random() < 0.5:
                numbers[DIGITS.random(count) < 0.2] = special
    return numbers.reshape(shape)


class Arrays(unittest.TestCase):
    def check(self, arrays):
        numpy.set_printoptions()  # NumPy's own
        for array, text in zip(arrays, printed(arrays), strict=True):
            self.assertEqual(text, str(array), (array.dtype, array.shape, array.tolist()))

    def test_six_thousand_random_arrays_of_rank_0_to_3(self):
        random.seed(20)
        self.check([random_array(word, rank) for word in TYPES for rank in range(4) for _ in range(500)])

    def test_more_than_a_thousand_numbers_are_shown_by_their_edges(self):
        shapes = [(1000,), (1001,), (1100, 2), (2, 1100), (30, 40), (7, 150), (6, 170), (3, 7, 60), (12, 10, 11),
                  (6, 6, 6, 6), (2, 3, 200, 1), (1001, 1, 1)]
        self.check([(DIGITS.standard_normal(shape) * scale).astype(word)
                    for shape in shapes for word in TYPES for scale in (1, 1e6, 1e20 if word != "i8" else 10)])

    def test_where_notation_changes(self):
        edges = [[1e8, 1], [99999999, 1], [1e3, 1], [1000.0001, 1], [1e-4, 1e-3], [9.999e-5, 1e-3], [0, 1e-4],
                 [0.0, 0.0], [-0.0], [5e-324, 0], [1.7976931348623157e308, 5e-324], [numpy.nan], [numpy.inf, -1.5],
                 [-numpy.inf, numpy.inf], [numpy.nan, 1e-20], [1, 1e-100], [0.5, 0.25], [100, 100.5], []]
        self.check([numpy.array(edge, numpy.float64) for edge in edges])
        self.check([numpy.array(edge, numpy.float64) for edge in (1e16, 9.99e15, 1e-4, 9.9e-5, 3, -0.0, 0.1)])
        self.check([numpy.array(edge, numpy.float32) for edge in (1e16, 1e-4, 123456789, 0.1, 3e38, 1e-45)])
        self.check([numpy.array(edge, numpy.float32) for edge in ([1e-4, 1e-3], [0.1, 1.2345678e-10], [16777216.0, 1])])


if __name__ == "__main__":
    unittest.main()
