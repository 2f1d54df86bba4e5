"""What the round trips share: the built program run in a folder of the test's own, JSON that is read
strictly, and names as people should not have them."""
import csv
import io
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ["GLASSGRAD"]).resolve()

HOSTILE = ['say "y"', "new\nline", "a,b;c\td", "\U0001f98a", "</script>\u2028", "back\\slash\\",
           "<b>&amp;</b>", "'quoted'", "  spaces  ", "{x|y}", "%s$1#", "e\u0301\u202eabc", "__proto__"]


def strict_json(text):
    """Python's reader, which takes NaN and a key given twice unless told not to."""
    def refuse(word):
        raise ValueError(f"{word} is no JSON")

    def once(pairs):
        keys = [key for key, _ in pairs]
        if len(set(keys)) != len(keys):
            raise ValueError(f"a key is given twice among {keys}")
        return dict(pairs)
    return json.loads(text, parse_constant=refuse, object_pairs_hook=once)


def rows_of(text):
    return list(csv.reader(io.StringIO(text), strict=True))


class Command(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="glassgrad-round-trips-")
        self.addCleanup(place.cleanup)
        self.folder = pathlib.Path(place.name)

    def _ran(self, arguments, code):
        ran = subprocess.run([PROGRAM, *map(str, arguments)], cwd=self.folder, capture_output=True,
                             timeout=120)
        self.assertEqual(ran.returncode, code, (arguments, ran.stdout[-500:], ran.stderr[-500:]))
        return ran

    def run_glassgrad(self, *arguments, code=0):
        """What it prints; bytes that are not UTF-8 fail here."""
        return self._ran(arguments, code).stdout.decode("utf-8")

    def refusal(self, *arguments):
        return self._ran(arguments, 2).stderr.decode("utf-8")

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    def read(self, name):
        return (self.folder / name).read_bytes().decode("utf-8")
