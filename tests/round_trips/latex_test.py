"""What the page copies for LaTeX through a LaTeX engine: no error, and every name is read on its page. KaTeX
reads the same strings, and more names, in src/viewer/test/latex.test.mjs."""
import json
import os
import re
import shutil
import subprocess
import unicodedata
import unittest

from command import Command, ROOT

# What Computer Modern draws for these letters, or draws as a line (_) and not as a letter.
DRAWN = str.maketrans({"\u02c6": "^", "\u02dc": "~", "\u2018": "`", "\u2019": "'", "\u201d": '"', "\u2206": "\u0394",
                       "_": None, " ": None, "\n": None, "\u00b2": "2", "\u22c5": "\u00b7"})
NODE = os.environ.get("GLASSGRAD_NODE", "node").split()


@unittest.skipUnless(os.environ.get("GLASSGRAD_NODE"), "the page's npm packages are not installed")
@unittest.skipUnless(shutil.which("pdflatex") and shutil.which("pdftotext"), "there is no pdflatex or no pdftotext")
class Latex(Command):
    def test_every_name_is_read_as_it_was(self):
        script = ROOT / "src/viewer/test/write_latex.mjs"
        written = subprocess.run([*NODE, script, self.folder / "all.tex"], check=True, capture_output=True)
        names = json.loads(written.stdout)
        self.assertGreater(len(names), 200)
        made = subprocess.run(["pdflatex", "-no-shell-escape", "-halt-on-error", "-interaction=nonstopmode",
                               "all.tex"], cwd=self.folder, capture_output=True,
                              env={**os.environ, "TEXMFVAR": str(self.folder / "texmf")})
        log = made.stdout.decode("utf-8", "replace")
        self.assertEqual(made.returncode, 0, re.findall(r"^!.*(?:\n.*){0,4}", log, re.M))
        self.assertNotIn("Missing character", (self.folder / "all.log").read_text(errors="replace"))
        read = subprocess.run(["pdftotext", "-enc", "UTF-8", "all.pdf", "-"], cwd=self.folder, check=True,
                              capture_output=True).stdout.decode("utf-8").split("\f")[:-1]
        self.assertEqual(len(read), len(names))
        pages = iter(read)
        for name in names:
            page = next(pages)
            if name is not None:
                with self.subTest(name):
                    self.assertEqual(unicodedata.normalize("NFC", page).translate(DRAWN),
                                     name.translate(DRAWN))


if __name__ == "__main__":
    unittest.main()
