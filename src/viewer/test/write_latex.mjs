// Writes what the page copies for LaTeX as a document that a LaTeX engine is to read, for
// scripts/round-trips: `node test/write_latex.mjs FILE.tex`. Prints, as JSON, the name on each page of the
// document, null where it is whole equations. Names of letters that pdflatex has no font for stay out.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { here, source } from "./help.mjs";
import { hostile_names } from "./hostile_names.mjs";

const { Model, load, latex_name, latex_partial, node_latex, paths_latex, paths_to_cost } =
  await source("model/model.ts", "model/load.ts", "model/latex.ts", "model/paths.ts");

const pages = [];
for (const [name] of hostile_names)
  if (!/[^\u0000-\u024f\p{Script=Greek}\u2212]/u.test(name)) {
    pages.push({ name, latex: latex_name(name) });
    pages.push({ name: null, latex: latex_partial(name, name) });
  }

const folder = here("../../../docs/gallery");
for (const file of readdirSync(folder).filter((entry) => entry.endsWith(".html"))) {
  const text = readFileSync(`${folder}/${file}`, "utf8"),
    model = new Model(load(text.match(/ id="snapshot">(.*?)<\/script>/s)[1]));
  for (let node = 0; node < Math.min(model.nodes.length, 40); ++node) {
    const paths = paths_to_cost(model, node);
    for (const latex of [
      node_latex(model, node),
      node !== model.cost && paths.count > 0 && paths_latex(model, node, paths),
    ])
      if (latex) pages.push({ name: null, latex });
  }
}

const begin = String.raw`\documentclass{article}
\usepackage{amsmath}
\input{glyphtounicode}
\pdfgentounicode=1
\pagestyle{empty}
\parindent=0pt
\pdfpagewidth=9000pt
\textwidth=8800pt
\hsize=8800pt
\begin{document}
`;
writeFileSync(
  process.argv[2],
  `${begin}${pages.map(({ latex }) => `$\\displaystyle ${latex}$\n\\newpage`).join("\n")}\n\\end{document}\n`,
);
console.log(JSON.stringify(pages.map(({ name }) => name)));
process.exit(0);
