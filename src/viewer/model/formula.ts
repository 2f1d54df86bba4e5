// Formulas three times: with symbols, with numbers, and for LaTeX. A formula arrives as plain text in
// slot names ("y * (1 - y)", "upstream . b^T"); only whole identifiers are replaced.
import type { Model } from "./model.js";
import type { Tensor } from "./snapshot.js";
import { brief_tensor, only_number, shape_text, values_of } from "./tensors.js";

const identifier = /[\p{L}_][\p{L}\p{Nd}_]*/gu;

/** * becomes ·, - becomes −, ^2 becomes ², ^T becomes ᵀ; spaces are kept. */
export function pretty(formula: string): string {
  return formula
    .replace(/\s*\*\s*/g, " · ")
    .replace(/ \. /g, " · ")
    .replaceAll("^T", "ᵀ")
    .replaceAll("^2", "²")
    .replaceAll("^3", "³")
    .replaceAll("-", "−")
    .replaceAll("upstream", "ḡ");
}

function replaced(formula: string, words: Map<string, string>): string {
  return formula.replace(identifier, (word) => words.get(word) ?? word);
}

function words_for(
  model: Model,
  node: number,
  name: (index: number) => string,
): Map<string, string> {
  const words = new Map<string, string>([["y", name(node)]]);
  model
    .inputs(node)
    .forEach((input, slot) => words.set(model.slot_name(node, slot), name(input.node)));
  return words;
}

/** A negative number inside a formula needs brackets. */
const guarded = (text: string) => (text.startsWith("−") ? `(${text})` : text);
const number_word = (t: Tensor) => {
  const small = values_of(t);
  return only_number(t) !== undefined
    ? guarded(brief_tensor(t))
    : small && small.length <= 3
      ? brief_tensor(t)
      : shape_text(t).replace(/^[^[].*$/, "($&)");
};

/** The node's value: "w1 · x1", "0.1 · 0". */
export function value_formula(model: Model, node: number) {
  const { formula, op } = model.node(node);
  const text =
    formula ??
    `${op}(${model
      .inputs(node)
      .map((_, slot) => model.slot_name(node, slot))
      .join(", ")})`;
  return {
    symbols: pretty(
      replaced(
        text,
        words_for(model, node, (index) => model.symbol(index)),
      ),
    ),
    numbers: formula
      ? pretty(
          replaced(
            text,
            words_for(model, node, (index) => number_word(model.node(index).value)),
          ),
        )
      : "",
  };
}

/** The local gradient of one input: "ŷ · (1 − ŷ)", "0.5 · (1 − 0.5)". */
export function local_formula(model: Model, node: number, slot: number) {
  const local = model.inputs(node)[slot]!.local,
    text = local?.formula;
  if (!text) return { symbols: "", numbers: "" };
  const symbols = pretty(
    replaced(
      text,
      words_for(model, node, (index) => model.symbol(index)),
    ),
  );
  const words = words_for(model, node, (index) => number_word(model.node(index).value));
  const { upstream } = model.node(node);
  if (upstream !== undefined) words.set("upstream", number_word(upstream));
  return { symbols, numbers: pretty(replaced(text, words)) };
}

const greek: Record<string, string> = {
  ŷ: "\\hat{y}",
  Ŷ: "\\hat{Y}",
  "½": "\\tfrac{1}{2}",
  α: "\\alpha",
  θ: "\\theta",
  σ: "\\sigma",
  ε: "\\varepsilon",
};

/** A name as LaTeX: w1 is w_{1}, E_o1 is E_{o1}; what is special to LaTeX is escaped. */
export function latex_name(name: string): string {
  if (greek[name]) return greek[name]!;
  const parts = /^(\p{L})_?([\p{L}\p{N}]+)$/u.exec(name);
  if (parts && /\d|_/.test(name)) return `${parts[1]}_{${parts[2]}}`;
  return /^\p{L}$/u.test(name)
    ? name
    : `\\mathrm{${name.replace(/[\\{}$&#%_^~]/g, (c) => (c === "\\" ? "\\backslash " : `\\${c}`))}}`;
}

export const latex_number = (text: string) =>
  text.replaceAll("−", "-").replace(/([\d.]+)e(-?\d+)/g, "$1 \\cdot 10^{$2}");
export const latex_partial = (of: string, by: string) =>
  `\\frac{\\partial ${latex_name(of)}}{\\partial ${latex_name(by)}}`;
