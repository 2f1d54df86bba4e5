"""DOT through Graphviz and our own SVG through an XML reader: all boxes, all arrows, and names as they are."""
import json
import subprocess
import unittest
import xml.etree.ElementTree as xml

from command import Command, HOSTILE

SVG = "{http://www.w3.org/2000/svg}"
# What one line cannot show is written as its escape; runs of spaces are one in SVG.
SHOWN = {"new\nline": "new\\nline", "</script>\u2028": "</script>\\u{2028}", "a,b;c\td": "a,b;c\\td",
         "e\u0301\u202eabc": "e\u0301\\u{202e}abc"}


def words(text):
    return " ".join(text.replace("\u00a0", " ").replace("\u200c", "").split())


def texts(element):
    return [words("".join(text.itertext())) for text in element.iter(SVG + "text")]


class Pictures(Command):
    def graph(self, name):
        """e.json with three nodes of this name and one scope."""
        self.run_glassgrad("explain", "z = w*x + b; a = sigmoid(z)", "w=0.5", "x=2", "b=1", "--json", "e.json")
        shot = json.loads(self.read("e.json"))
        named = [i for i, node in enumerate(shot["nodes"]) if node.get("name") in ("w", "z", "a")]
        self.assertEqual(len(named), 3)
        for i, end in zip(named, ("", "z", "a")):
            shot["nodes"][i]["name"] = name + end
        shot["scopes"][0]["name"] = name
        self.write("n.json", json.dumps(shot))
        return shot, named

    def drawn(self, name):
        ran = subprocess.run(["dot", "-Tsvg", name], cwd=self.folder, capture_output=True)
        self.assertEqual((ran.returncode, ran.stderr), (0, b""))
        return xml.fromstring(ran.stdout)

    def parts(self, root, kind):
        return [g for g in root.iter(SVG + "g") if g.get("class") == kind]

    def test_names_through_graphviz(self):
        for name in HOSTILE + ["&lt;", "&amp;#65;", "\\N", "\\l\\G", "\\\\", "\\\\n", "]]>", "-->", "<<TABLE>>"]:
            with self.subTest(name):
                shot, named = self.graph(name)
                self.run_glassgrad("view", "n.json", "-o", "n.dot")
                root = self.drawn("n.dot")
                boxes = {box.get("id"): box for box in self.parts(root, "node")}
                self.assertEqual(set(boxes), {f"n{i}" for i in range(len(shot["nodes"]))})
                arrows = sum(len(node.get("inputs", [])) for node in shot["nodes"])
                self.assertEqual(len(self.parts(root, "edge")), arrows)
                shown = words(SHOWN.get(name, name))
                for i, end in zip(named, ("", "z", "a")):
                    box, label = boxes[f"n{i}"], words(SHOWN.get(name, name) + end)
                    self.assertIn(texts(box)[0][len(label):][:2], (" (", " ="), (texts(box)[0], label))
                    self.assertEqual(texts(box)[0][:len(label)], label)
                    tips = [a.get("{http://www.w3.org/1999/xlink}title") for a in box.iter(SVG + "a")]
                    self.assertEqual(words(tips[0]), words(f"{SHOWN.get(name, name)}{end}: {shot['nodes'][i]['op']}"))
                clusters = self.parts(root, "cluster")
                self.assertIn(shown, [t for cluster in clusters for t in texts(cluster)])

    def test_names_in_our_own_svg(self):
        for name in HOSTILE + ["&lt;", "]]>", "-->"]:
            with self.subTest(name):
                shot, named = self.graph(name)
                self.run_glassgrad("view", "n.json", "-o", "n.svg")
                root = xml.fromstring(self.read("n.svg"))
                shown = words(SHOWN.get(name, name))
                found = [t for t in texts(root) if t.startswith(shown)]
                self.assertGreaterEqual(len(found), len(named), (texts(root), shown))

    def test_a_training_s_graph(self):
        self.write("d.csv", "a,b,c\n" + "".join(f"{i},{i % 5},{i % 3}\n" for i in range(60)))
        self.run_glassgrad("train", "d.csv", "--layers", "5,tanh", "--epochs", "1", "--dot", "g.dot",
                           "--report", "r.json")
        shot = json.loads(self.read("r.json"))
        root = self.drawn("g.dot")
        self.assertEqual(len(self.parts(root, "node")), len(shot["nodes"]))
        self.assertEqual(len(self.parts(root, "edge")),
                         sum(len(node.get("inputs", [])) for node in shot["nodes"]))


if __name__ == "__main__":
    unittest.main()
