"""Models between glassgrad and other people's packages: safetensors and NumPy."""
import csv
import io
import json
import unittest

import numpy
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from command import Command, HOSTILE, rows_of

FUNCTIONS = {"relu": lambda z: numpy.maximum(z, 0), "tanh": numpy.tanh,
             "sigmoid": lambda z: 1 / (1 + numpy.exp(-z))}
CLASSES = ['cat "x"', "do\ng", "\U0001f98a </script>\\"]


def tensors_of(path):
    with safe_open(path, "numpy") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata()


def outputs(tensors, metadata, x):
    """The last layer's output in NumPy, from what the file says."""
    dense = 0
    x = (x - tensors["input/mean"]) / tensors["input/scale"]
    for layer in json.loads(metadata["architecture"])["layers"]:
        if layer.isdigit():
            dense += 1
            x = x @ tensors[f"layer{dense}.W"] + tensors[f"layer{dense}.b"]
        elif not layer.startswith("dropout"):
            x = FUNCTIONS[layer](x)
    return x


def softmax(z):
    p = numpy.exp(z - z.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)


class Models(Command):
    def setUp(self):
        super().setUp()
        random = numpy.random.default_rng(3)
        self.names = HOSTILE
        self.truth = [i % 3 for i in range(90)]
        self.x = random.normal(size=(90, len(self.names))) + numpy.array(self.truth)[:, None]
        lines = [self.names + ["the class"]]
        lines += [[repr(float(v)) for v in row] + [CLASSES[c]] for row, c in zip(self.x, self.truth)]
        text = io.StringIO()
        csv.writer(text, quoting=csv.QUOTE_ALL).writerows(lines)
        self.write("d.csv", text.getvalue())

    def train(self, *more, layers="6,relu,dropout:0.2,5,tanh,4,sigmoid"):
        self.run_glassgrad("train", "d.csv", "--layers", layers, "--epochs", "20", "--rate", "0.02",
                           "--save", "m.safetensors", *more)
        return self.folder / "m.safetensors"

    def predictions(self, model="m.safetensors"):
        header, *rows = rows_of(self.run_glassgrad("predict", model, "d.csv", "--probabilities"))
        return header, rows

    def test_names_come_back_as_they_were(self):
        metadata = tensors_of(self.train())[1]
        self.assertEqual(json.loads(metadata["features"]), self.names)
        self.assertEqual(json.loads(metadata["classes"]), CLASSES)
        header, rows = self.predictions()
        self.assertEqual(header, ["prediction"] + ["p_" + name for name in CLASSES])
        self.assertLessEqual({row[0] for row in rows}, set(CLASSES))

    def test_numpy_predicts_what_glassgrad_predicts(self):
        for dtype, near in (("float64", 1e-12), ("float32", 2e-6)):
            with self.subTest(dtype):
                tensors, metadata = tensors_of(self.train("--type", dtype))
                self.assertEqual(tensors["layer1.W"].dtype, dtype)
                wanted = softmax(outputs(tensors, metadata, self.x))
                _, rows = self.predictions()
                given = numpy.array([row[1:] for row in rows], float)
                self.assertLess(abs(given - wanted).max(), near)
                self.assertEqual([row[0] for row in rows],
                                 [CLASSES[i] for i in given.argmax(axis=1)])
                self.assertGreater(numpy.std(given), 0.01)  # it learnt something to compare

    def test_regression_and_one_unit(self):
        self.write("d.csv", "a,b,y\n" + "".join(f"{i},{i * i % 7},{3 * i - 50}\n" for i in range(40)))
        tensors, metadata = tensors_of(self.train("--loss", "mean_squared_error", layers="3,tanh"))
        x = numpy.array([[i, i * i % 7] for i in range(40)], float)
        wanted = outputs(tensors, metadata, x)[:, 0] * tensors["target/scale"] + tensors["target/mean"]
        self.write("x.csv", "a,b\n" + "".join(f"{i},{i * i % 7}\n" for i in range(40)))
        _, *rows = rows_of(self.run_glassgrad("predict", "m.safetensors", "x.csv"))
        self.assertLess(abs(numpy.array(rows, float)[:, 0] - wanted).max(), 1e-10)

    def test_what_the_package_saves_is_read_as_the_original(self):
        for dtype in ("float64", "float32"):
            path = self.train("--type", dtype)
            before = self.predictions()
            tensors, metadata = tensors_of(path)
            for name, order in (("same", list(tensors)), ("turned", list(tensors)[::-1])):
                with self.subTest(dtype=dtype, order=name):
                    save_file({key: tensors[key] for key in order}, self.folder / "n.safetensors", metadata)
                    self.assertEqual(self.predictions("n.safetensors"), before)
                    self.run_glassgrad("train", "d.csv", "--resume", "n.safetensors", "--epochs", "21",
                                       "--save", "n.safetensors")
                    load_file(self.folder / "n.safetensors")

    def test_weights_changed_in_numpy_are_used(self):
        tensors, metadata = tensors_of(self.train())
        tensors["layer4.b"] = numpy.array([0, 50, 0], float)
        save_file(tensors, self.folder / "n.safetensors", metadata)
        self.assertIn("checksum", self.refusal("predict", "n.safetensors", "d.csv"))
        del metadata["checksum"]  # as the refusal says, or as a file of others
        save_file(tensors, self.folder / "n.safetensors", metadata)
        _, rows = self.predictions("n.safetensors")
        self.assertEqual({row[0] for row in rows}, {CLASSES[1]})

    def test_a_step_kept_whole_is_replayed_after_the_package_saved_it(self):
        self.run_glassgrad("train", "d.csv", "--layers", "4,relu", "--scale", "none", "--optimizer",
                           "gradient_descent", "--rate", "1e200", "--epochs", "50", "--stop-nonfinite",
                           "bad.step", code=2)
        tensors, metadata = tensors_of(self.folder / "bad.step")
        before = self.run_glassgrad("replay", "bad.step")
        save_file(dict(reversed(tensors.items())), self.folder / "bad.step", metadata)
        self.assertEqual(self.run_glassgrad("replay", "bad.step"), before)


if __name__ == "__main__":
    unittest.main()
