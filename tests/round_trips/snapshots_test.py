"""Every JSON that the command line writes: strictly JSON, as docs/snapshot.schema.json has it, whatever
the numbers and names; and the same after Python's writer has written it anew."""
import json
import re
import unittest

import jsonschema

from command import Command, HOSTILE, ROOT, strict_json

SCHEMA = json.loads((ROOT / "docs/snapshot.schema.json").read_text(encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(SCHEMA)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

EXPRESSIONS = [
    ("z = w*x + b; a = sigmoid(z)", "w=0.5", "x=2", "b=1"),
    ("sum(softmax(matmul(W, x)) * [1, 3])", "W=[[1,2],[3,4]]", "x=[1,2]"),
    ("log(x)", "x=-1"),
    ("log(x)*0 + 1/x", "x=0"),
    ("exp(x)", "x=1e4"),
    ("x*x", "x=1e-300"),
    ("sum(x*y)", "x=[1,2,3]", "y=5"),
]


class Snapshots(Command):
    def snapshot(self, name):
        shot = strict_json(self.read(name))
        errors = [f"{list(e.path)}: {e.message[:200]}" for e in VALIDATOR.iter_errors(shot)]
        self.assertEqual(errors[:3], [])
        return shot

    def inside(self, name):
        page = self.read(name)
        found = re.findall(r'<script[^>]* id="snapshot"[^>]*>(.*?)</script>', page, re.S)
        self.assertEqual(len(found), 1)
        self.write("inside.json", found[0])
        return self.snapshot("inside.json")

    def test_expressions(self):
        for expression, *values in EXPRESSIONS:
            for more in ([], ["--fold"], ["--keep", "nothing"]):
                with self.subTest(expression=expression, more=more):
                    # exit code 1 would say that numbers disagree
                    self.run_glassgrad("explain", expression, *values, *more, "--json", "e.json",
                                       "--html", "e.html")
                    shot, page = self.snapshot("e.json"), self.inside("e.html")
                    if "--fold" not in more:  # a page folds by itself
                        self.assertEqual(shot, page)

    def test_names_of_any_letters_go_round(self):
        self.run_glassgrad("explain", *EXPRESSIONS[0], "--json", "e.json")
        shot = self.snapshot("e.json")
        for name in HOSTILE:
            with self.subTest(name):
                shot["nodes"][0]["name"] = shot["scopes"][0]["name"] = shot["title"] = name
                for box in shot["scopes"]:  # whose slots have the names of what they read
                    for slot in box.get("inputs", []):
                        if slot["node"] == 0:
                            slot["slot"] = name
                for ascii_only in (True, False):  # \ud83e\udd8a, or the letter itself
                    text = json.dumps(shot, ensure_ascii=ascii_only, indent=1)
                    self.write("n.json", text)
                    self.run_glassgrad("view", "n.json", "-o", "m.json")
                    self.run_glassgrad("view", "n.json", "-o", "m.html")
                    self.run_glassgrad("view", "n.json", "-o", "m.txt")
                    again = self.snapshot("m.json")
                    for read in (again, self.inside("m.html")):
                        self.assertEqual(read["nodes"][0]["name"], name)
                        self.assertEqual(read["scopes"][0]["name"], name)
                        self.assertEqual(read["title"], name)
                    self.assertEqual(self.read("m.txt"), self.run_glassgrad("view", "n.json"))
                    self.run_glassgrad("check", "n.json", "m.json", "m.html")

    def test_training_and_replay(self):
        classes = ["</script>", 'a "b"', "\U0001f98a\\"]
        rows = "".join(f'{i % 3},{i % 5},"{classes[i % 3].replace(chr(34), 2 * chr(34))}"\n' for i in range(60))
        self.write("d.csv", "a,b,c\n" + rows)
        for kind in ("float64", "float32"):
            self.run_glassgrad("train", "d.csv", "--layers", "5,tanh", "--epochs", "3", "--type", kind,
                               "--report", "r.json")
            shot = self.snapshot("r.json")
            self.assertEqual(sorted(shot["training"]["confusion"]["classes"]), sorted(classes))
            self.run_glassgrad("train", "d.csv", "--layers", "5,tanh", "--epochs", "3", "--type", kind,
                               "--report", "r.html")
            self.assertEqual(self.inside("r.html").keys(), shot.keys())
            self.run_glassgrad("check", "r.json", "r.html")
        self.write("d.csv", "a,y\n" + "".join(f"{i},{i * i}\n" for i in range(60)))
        self.run_glassgrad("train", "d.csv", "--layers", "4,relu", "--scale", "none", "--optimizer",
                           "gradient_descent", "--rate", "1e160", "--loss", "mean_squared_error",
                           "--stop-nonfinite", "bad.step", "--report", "bad.json", code=2)
        self.run_glassgrad("replay", "bad.step", "--json", "replay.json", "--html", "replay.html")
        self.assertEqual(self.snapshot("replay.json"), self.inside("replay.html"))
        self.assertTrue(self.snapshot("replay.json")["problems"])
        self.snapshot("bad.json")

    def test_the_gallery(self):
        pages = sorted((ROOT / "docs/gallery").glob("*.html"))
        self.assertGreaterEqual(len(pages), 8)
        for page in pages:
            with self.subTest(page.name):
                self.write("page.html", page.read_bytes())
                self.inside("page.html")


if __name__ == "__main__":
    unittest.main()
