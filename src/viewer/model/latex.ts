// Formulas for LaTeX with amsmath, for KaTeX and MathJax: names, numbers, the equations of one node and
// of its paths to the cost. Names come from a file and may hold anything: nothing in them is a command.
import type { Model } from "./model.js";
import { brief, exact } from "./numbers.js";
import type { Path, Paths } from "./paths.js";
import { only_number } from "./tensors.js";

const greek_letters =
  "α alpha β beta γ gamma δ delta ε varepsilon ϵ epsilon ζ zeta η eta θ theta ϑ vartheta ι iota " +
  "κ kappa λ lambda μ mu µ mu ν nu ξ xi π pi ρ rho σ sigma ς varsigma τ tau υ upsilon φ varphi " +
  "ϕ phi χ chi ψ psi ω omega Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Υ Upsilon Φ Phi " +
  "Ψ Psi Ω Omega";
const pairs = greek_letters.split(" ");

/** Letters that only mathematics has, in LaTeX without further packages. */
const letters = new Map([
  ["ŷ", "\\hat{y}"],
  ["Ŷ", "\\hat{Y}"],
  ...pairs.flatMap((letter, i) => (i % 2 ? [] : [[letter, `\\${pairs[i + 1]}`] as const])),
]);
const signs = new Map([
  ["−", "-"],
  ["·", "\\cdot"],
  ["×", "\\times"],
  ["∂", "\\partial"],
  ["∇", "\\nabla"],
  ["∞", "\\infty"],
  ["½", "\\tfrac{1}{2}"],
  ["¹", "^{1}"],
  ["²", "^{2}"],
  ["³", "^{3}"],
  ["ᵀ", "^{T}"],
]);
/** What is special in LaTeX's text. {} keeps -- and `` from becoming one sign. */
const escapes = new Map([
  ["\\", "\\textbackslash{}"],
  ["^", "\\textasciicircum{}"],
  ["~", "\\textasciitilde{}"],
  ["<", "\\textless{}"],
  [">", "\\textgreater{}"],
  ["|", "\\textbar{}"],
  [" ", "\\ "],
  ["�", "?"],
  ...Array.from("{}$&#%_", (c) => [c, `\\${c}`] as const),
  ...Array.from("-'`", (c) => [c, `{}${c}`] as const),
]);

const text_letter = (c: string) => {
  const maths = letters.get(c) ?? signs.get(c);
  return maths ? `$${maths}$` : (escapes.get(c) ?? c);
};
const is_letter = (c: string) => /^[A-Za-z]$/.test(c) || letters.has(c);
/** A command ends where a letter follows, so each has braces around it. */
const in_subscript = (c: string) => (letters.has(c) ? `{${letters.get(c)}}` : c);

/** A name as LaTeX: w1 is w_{1}, E_o1 is E_{o1}; what is special to LaTeX is escaped. */
export function latex_name(raw: string): string {
  const name = raw.normalize("NFC"),
    [first = "", ...rest] = Array.from(name);
  if (/^−?[\d.]+(e−?\d+)?$|^−?∞$|^NaN$/.test(name)) return latex_number(name); // a constant
  if (is_letter(first)) {
    const base = letters.get(first) ?? first,
      below = rest[0] === "_" ? rest.slice(1) : rest;
    if (rest.length === 0) return base;
    if (
      below.length > 0 &&
      below.every((c) => /[0-9]/.test(c) || is_letter(c)) &&
      (rest[0] === "_" || below.some((c) => /[0-9]/.test(c)))
    )
      return `${base}_{${below.map(in_subscript).join("")}}`;
  }
  if (/^[A-Za-z][A-Za-z0-9]*$/.test(name)) return `\\mathrm{${name}}`;
  return `\\text{${Array.from(name, text_letter).join("")}}`;
}

export const latex_number = (text: string) =>
  text
    .replaceAll("−", "-")
    .replace(/∞|Infinity/g, "\\infty")
    .replaceAll("NaN", "\\mathrm{NaN}")
    .replace(/([\d.]+)e\+?(-?\d+)/g, "$1 \\cdot 10^{$2}");
const factor = (x: number) => latex_number(x < 0 ? `(${brief(x)})` : brief(x));

export const latex_partial = (of: string, by: string) =>
  `\\frac{\\partial ${latex_name(of)}}{\\partial ${latex_name(by)}}`;

/** The value and every contribution as equations; nothing where neither is one number. */
export function node_latex(model: Model, node: number): string {
  const name = model.symbol(node),
    cost = model.symbol(model.cost),
    lines: string[][] = [];
  const { value, upstream } = model.node(node),
    number = only_number(value);
  if (number !== undefined) lines.push([latex_name(name), latex_number(exact(number))]);
  const terms = model.senders(node).map((use) => {
    const consumer = model.symbol(use.node),
      local = model.inputs(use.node)[use.slot]!.local?.value;
    const u = only_number(model.node(use.node).upstream),
      l = only_number(local);
    return {
      symbols: `${latex_partial(cost, consumer)} ${latex_partial(consumer, name)}`,
      numbers:
        u !== undefined && l !== undefined ? `${latex_number(brief(u))} \\cdot ${factor(l)}` : "",
    };
  });
  if (terms.length) {
    const parts = [latex_partial(cost, name), terms.map((term) => term.symbols).join(" + ")];
    if (terms.every((term) => term.numbers))
      parts.push(terms.map((term) => term.numbers).join(" + "));
    if (only_number(upstream) !== undefined)
      parts.push(latex_number(brief(only_number(upstream)!)));
    lines.push(parts);
  }
  if (lines.length < 2) return lines.map((parts) => parts.join(" = ")).join("");
  const rows = lines.map(([left, ...right]) => `${left} &= ${right.join(" = ")}`);
  return `\\begin{aligned}\n${rows.join(" \\\\\n")}\n\\end{aligned}`;
}

/** From the cost back to the node: (argument, result) of each factor. */
export const path_steps = (path: Path) =>
  path.nodes
    .slice(1)
    .map((of, i) => [path.nodes[i]!, of] as const)
    .reverse();

/** The sum over the paths; where not every path is listed it ends in dots and claims no total. */
export function paths_latex(model: Model, node: number, paths: Paths): string {
  const symbols = paths.listed.map((path) =>
    path_steps(path)
      .map(([by, of]) => latex_partial(model.symbol(of), model.symbol(by)))
      .join(" "),
  );
  const numbers = paths.listed.map((path) =>
    path.factors.slice().reverse().map(factor).join(" \\cdot "),
  );
  const left = latex_partial(model.symbol(model.cost), model.symbol(node)),
    more = paths.total === undefined ? ["\\cdots"] : [],
    parts = [left, [...symbols, ...more].join(" + ")];
  if (paths.listed.length > 0) parts.push([...numbers, ...more].join(" + "));
  if (paths.total !== undefined) parts.push(latex_number(brief(paths.total)));
  return parts.join(" = ");
}
