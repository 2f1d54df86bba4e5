"""Tables that other people's writers write, and those that their readers read: csv, gzip, NumPy."""
import csv
import gzip
import io
import json
import struct
import unittest

import numpy
from safetensors import safe_open

from command import Command, HOSTILE, rows_of

TRUTH = [i % 2 for i in range(40)]
NUMBERS = [[0.1 * i, -1.5e-300 if i == 7 else i % 5, 12345.678 * (i % 3)] for i in range(40)]
QUOTING = {"minimal": csv.QUOTE_MINIMAL, "all": csv.QUOTE_ALL, "nonnumeric": csv.QUOTE_NONNUMERIC,
           "none": csv.QUOTE_NONE}


def table(names, classes, **dialect):
    text = io.StringIO(newline="")
    writer = csv.writer(text, **dialect)
    writer.writerow(names + ["kind"])
    writer.writerows(row + [classes[c]] for row, c in zip(NUMBERS, TRUTH))
    return text.getvalue()


class WrittenByPython(Command):
    def train(self, *more, data="d.csv"):
        self.run_glassgrad("train", data, "--layers", "4,tanh", "--epochs", "2", "--save", "m", *more)
        return self.run_glassgrad("predict", "m", data, "--probabilities")

    def test_every_way_of_quoting_and_every_dialect_is_one_table(self):
        plain = table(["a", "b", "c"], ["no", "yes"])
        self.write("d.csv", plain)
        wanted = self.train()
        for quoting, way in QUOTING.items():
            names = ['a "1"', "b\n2", "c,;\t|3"] if way != csv.QUOTE_NONE else ["a", "b 2", "c\\"]
            for end in ("\n", "\r\n", "\r"):
                if way == csv.QUOTE_MINIMAL:  # Python 3.11 quotes only the line end that it writes
                    names[1] = f"b{end}2"
                for separator in (",", ";", "\t", "|"):
                    with self.subTest(quoting=quoting, end=end, separator=separator):
                        self.write("d.csv", table(names, ["no", "yes"], quoting=way, delimiter=separator,
                                                  lineterminator=end))
                        word = "tab" if separator == "\t" else separator
                        self.assertEqual(self.train("--separator", word, "--header", "present"), wanted)
                        with safe_open(self.folder / "m", "numpy") as file:
                            self.assertEqual(json.loads(file.metadata()["features"]), names)

    def test_excel_and_unix(self):
        self.write("d.csv", table(["a", "b", "c"], ["no", "yes"]))
        wanted = self.train()
        for name in csv.list_dialects():
            text = table(["a", "b", "c"], ["no", "yes"], dialect=name)
            self.write("d.csv", text)
            separator = csv.get_dialect(name).delimiter
            with self.subTest(name):
                self.assertEqual(self.train("--separator", "tab" if separator == "\t" else separator), wanted)

    def test_gzip_at_every_level_with_a_name_and_in_parts(self):
        text = table(["a", "b", "c"], ["no", "yes"]).encode()
        self.write("d.csv", text)
        wanted = self.train()
        for level in (0, 1, 9):
            self.write("d.csv.gz", gzip.compress(text, level))
            self.assertEqual(self.train(data="d.csv.gz"), wanted)
        with gzip.GzipFile(self.folder / "d.csv.gz", "wb", mtime=5) as file:
            file.write(text)
        self.assertEqual(self.train(data="d.csv.gz"), wanted)
        self.write("d.csv.gz", gzip.compress(text[:100]) + gzip.compress(b"") + gzip.compress(text[100:]))
        self.assertEqual(self.train(data="d.csv.gz"), wanted)

    def test_numbers_as_numpy_writes_them(self):
        array = numpy.array([row + [c] for row, c in zip(NUMBERS, TRUTH)])
        answers = []
        for form in ("%.18e", "%.17g", "%r"):
            text = io.StringIO()
            if form == "%r":
                csv.writer(text).writerows([repr(float(v)) for v in row[:-1]] + [int(row[-1])] for row in array)
            else:
                numpy.savetxt(text, array, [form] * 3 + ["%d"], delimiter=",")
            self.write("d.csv", text.getvalue())
            answers.append(self.train())
        numpy.savetxt(self.folder / "d.csv", array, ["%.17g"] * 3 + ["%d"])
        answers.append(self.train("--separator", "space"))
        self.assertEqual(len(set(answers)), 1)

    def test_idx_of_numpy_plain_and_gzip(self):
        random = numpy.random.default_rng(1)
        labels = numpy.array([i % 3 for i in range(30)], numpy.uint8)
        images = (random.integers(0, 60, (30, 3, 4)) + 90 * labels[:, None, None]).astype(numpy.uint8)

        def idx(array):
            return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()
        self.write("d.csv", "".join(",".join(map(str, [*image.ravel() / 255, label])) + "\n"
                                    for image, label in zip(images, labels)))
        same = ["--scale", "none", "--layers", "4,tanh", "--epochs", "3"]
        self.run_glassgrad("train", "d.csv", *same, "--save", "m")
        wanted = rows_of(self.run_glassgrad("predict", "m", "d.csv", "--probabilities"))
        for pack, end in ((bytes, ""), (gzip.compress, ".gz")):
            self.write("x" + end, pack(idx(images)))
            self.write("y" + end, pack(idx(labels)))
            self.run_glassgrad("train", "x" + end, "--labels", "y" + end, *same, "--save", "n")
            given = rows_of(self.run_glassgrad("predict", "n", "x" + end, "--probabilities"))
            self.assertEqual([row[0] for row in given], [row[0] for row in wanted])
            difference = numpy.array([row[1:] for row in given[1:]], float) - numpy.array(
                [row[1:] for row in wanted[1:]], float)
            self.assertLess(abs(difference).max(), 1e-9)


class ReadByPython(Command):
    def test_answers_and_metrics(self):
        self.write("d.csv", table(HOSTILE[:3], HOSTILE[3:5]))
        self.run_glassgrad("train", "d.csv", "--layers", "3,relu", "--epochs", "4", "--save", "m",
                           "--metrics", "metrics.csv")
        self.run_glassgrad("predict", "m", "d.csv", "--probabilities", "--output", "p.csv")
        header, *rows = rows_of(self.read("p.csv"))
        self.assertEqual(header, ["prediction"] + ["p_" + name for name in sorted(HOSTILE[3:5])])
        self.assertEqual({len(row) for row in rows}, {3})
        probabilities = numpy.array([row[1:] for row in rows], float)
        self.assertLess(abs(probabilities.sum(axis=1) - 1).max(), 1e-12)
        metrics = numpy.genfromtxt(self.folder / "metrics.csv", delimiter=",", names=True)
        self.assertEqual(list(metrics["epoch"]), [1, 2, 3, 4])
        self.assertTrue(numpy.isfinite(metrics["loss"]).all())
        names, *lines = rows_of(self.read("metrics.csv"))
        self.assertEqual({len(line) for line in lines}, {len(names)})
        self.assertEqual(len(set(names)), len(names))

    def test_plain_answers_by_genfromtxt(self):
        self.write("d.csv", table(["a", "b", "c"], ["0", "1"]))
        self.run_glassgrad("train", "d.csv", "--layers", "3,relu", "--epochs", "4", "--save", "m")
        self.run_glassgrad("predict", "m", "d.csv", "--probabilities", "--output", "p.csv")
        given = numpy.genfromtxt(self.folder / "p.csv", delimiter=",", names=True)
        self.assertEqual(given.dtype.names, ("prediction", "p_0", "p_1"))
        self.assertTrue(((given["p_1"] > 0.5) == (given["prediction"] == 1)).all())


if __name__ == "__main__":
    unittest.main()
