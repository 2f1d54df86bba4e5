// 'Copy LaTeX' as KaTeX reads it, strictly: every node and every path of every page of the gallery, and
// names of any letters. What is drawn is the name as it was; nothing in a name is a command.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";
import katex from "katex";
import { here, source } from "./help.mjs";
import { hostile_names } from "./hostile_names.mjs";

const page = await source(
  "model/model.ts",
  "model/load.ts",
  "model/latex.ts",
  "model/paths.ts",
  "model/tensors.ts",
);
const { Model, load, latex_name, latex_number, latex_partial, node_latex, paths_latex } = page;

// What KaTeX has no metrics for (emoji) it draws all the same, but does not call that strict.
const strict = (code) => (["unknownSymbol", "symbolNotInFont"].includes(code) ? "ignore" : "error");
const options = { displayMode: true, throwOnError: true, output: "html", trust: false };
const drawn = (latex, rules = "error") =>
  katex
    .renderToString(latex, { ...options, strict: rules })
    .replace(/<svg.*?<\/svg>/gs, "")
    .replace(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'")
    .replaceAll("&amp;", "&");
// Typeset, a quote is curly, a space does not break, and a zero-width letter ends a group.
const straight = (text) =>
  text
    .replace(/[\u2018\u2019]/g, (c) => (c === "\u2018" ? "`" : "'"))
    .replaceAll("\u201d", '"')
    .replaceAll("\u00a0", " ")
    .replaceAll("\u200b", "");

const folder = here("../../../docs/gallery");
for (const name of readdirSync(folder).filter((file) => file.endsWith(".html")))
  test(`${name}: every node, every path`, () => {
    const text = readFileSync(`${folder}/${name}`, "utf8"),
      model = new Model(load(text.match(/ id="snapshot">(.*?)<\/script>/s)[1]));
    let copied = 0;
    for (let node = 0; node < model.nodes.length; ++node) {
      const latex = node_latex(model, node);
      copied += latex !== "";
      drawn(latex);
      const paths = page.paths_to_cost(model, node);
      if (node !== model.cost && paths.count > 0) drawn(paths_latex(model, node, paths));
    }
    assert.ok(copied > 0);
  });

for (const [name, shown = name] of hostile_names)
  test(`the name ${JSON.stringify(name)}`, () => {
    const rules = /\p{Extended_Pictographic}/u.test(name) ? strict : "error";
    assert.equal(straight(drawn(latex_name(name), rules)), shown);
    const partial = straight(drawn(latex_partial(name, name), rules));
    assert.equal(partial, `∂${shown}∂${shown}`);
  });

test("what LaTeX reads is written", () => {
  assert.deepEqual(
    ["w1", "w_1", "θ1", "E_o1", "dw", "a^b", "log p", "−0.5", "1.2e−9", ""].map(latex_name),
    [
      "w_{1}",
      "w_{1}",
      "\\theta_{1}",
      "E_{o1}",
      "\\mathrm{dw}",
      "\\text{a\\textasciicircum{}b}",
      "\\text{log\\ p}",
      "-0.5",
      "1.2 \\cdot 10^{-9}",
      "\\text{}",
    ],
  );
  assert.deepEqual(["1e+21", "-1.5e-7", "Infinity", "−∞", "NaN", "(−2)"].map(latex_number), [
    "1 \\cdot 10^{21}",
    "-1.5 \\cdot 10^{-7}",
    "\\infty",
    "-\\infty",
    "\\mathrm{NaN}",
    "(-2)",
  ]);
});

/** x, used by `ways` squares that are added up: as many paths. */
function many_paths(name, ways) {
  const one = (value) => ({ shape: [], values: [value] }),
    nodes = [
      {
        kind: "parameter",
        op: "parameter",
        name,
        value: one(3),
        upstream: one(6 * ways),
        inputs: [],
      },
    ];
  let sum = 0;
  for (let i = 0; i < ways; ++i) {
    const edge = (node, local, contribution) => ({
      node,
      local: { kind: "number", value: one(local) },
      contribution: one(contribution),
    });
    nodes.push({
      kind: "op",
      op: "square",
      value: one(9),
      upstream: one(1),
      inputs: [edge(0, 6, 6)],
    });
    const square = nodes.length - 1;
    if (i > 0)
      nodes.push({
        kind: "op",
        op: "add",
        value: one(9 * (i + 1)),
        upstream: one(1),
        inputs: [edge(sum, 1, 1), edge(square, 1, 1)],
      });
    sum = nodes.length - 1;
  }
  const forward = nodes.map((_, i) => i).slice(1);
  return new Model(
    load(
      JSON.stringify({
        format: "glassgrad.trace",
        version: 1,
        cost: sum,
        scopes: [{ name: "" }],
        nodes,
        forward,
        backward: forward.toReversed(),
      }),
    ),
  );
}

test("a sum over some of the paths claims no total", () => {
  for (const [ways, whole] of [
    [3, true],
    [30, false],
  ]) {
    const model = many_paths("x_2", ways),
      paths = page.paths_to_cost(model, 0),
      text = paths_latex(model, 0, paths);
    assert.equal(paths.count, ways);
    assert.equal(text.endsWith(` = ${6 * ways}`), whole, text);
    assert.equal(text.includes("\\cdots"), !whole, text);
    drawn(text);
  }
});

test("two equations stand below each other", () => {
  const text = node_latex(many_paths("a\\b", 2), 0);
  assert.match(text, /^\\begin{aligned}\n.* &= 3 \\\\\n.* &= .* = (1 \\cdot 6( \+ )?){2} = 12\n/);
  assert.ok(drawn(text).includes("a\\b"), text);
});
