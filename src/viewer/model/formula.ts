// Formulas twice: with symbols and with numbers; latex.ts has them for LaTeX. A formula arrives as plain
// text in slot names ("y * (1 - y)", "upstream . b^T"); only whole identifiers are replaced.
import type { Model } from "./model.js";
import type { Tensor } from "./snapshot.js";
import { brief_tensor, only_number, shape_text, values_of } from "./tensors.js";

const token = /(\^[T23](?![\p{L}\p{Nd}_])|[\p{L}_][\p{L}\p{Nd}_]*)/u;
const raised: Record<string, string> = { "^T": "ᵀ", "^2": "²", "^3": "³" };

/** Between names * and . become ·, - becomes −; names are replaced whole, and nothing inside them. */
function written(formula: string, words: Map<string, string>): string {
  return formula
    .split(token)
    .map((part, i) =>
      i % 2 === 0
        ? part
            .replace(/\s*\*\s*/g, " · ")
            .replaceAll(" . ", " · ")
            .replaceAll("-", "−")
        : part.startsWith("^")
          ? raised[part]
          : (words.get(part) ?? (part === "upstream" ? "ḡ" : part)),
    )
    .join("");
}

/** * becomes ·, - becomes −, ^2 becomes ², ^T becomes ᵀ; spaces are kept. */
export const pretty = (formula: string): string => written(formula, new Map());

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
    symbols: written(
      text,
      words_for(model, node, (index) => model.symbol(index)),
    ),
    numbers: formula
      ? written(
          text,
          words_for(model, node, (index) => number_word(model.node(index).value)),
        )
      : "",
  };
}

/** The local gradient of one input: "ŷ · (1 − ŷ)", "0.5 · (1 − 0.5)". */
export function local_formula(model: Model, node: number, slot: number) {
  const local = model.inputs(node)[slot]!.local,
    text = local?.formula;
  if (!text) return { symbols: "", numbers: "" };
  const symbols = written(
    text,
    words_for(model, node, (index) => model.symbol(index)),
  );
  const words = words_for(model, node, (index) => number_word(model.node(index).value));
  const { upstream } = model.node(node);
  if (upstream !== undefined) words.set("upstream", number_word(upstream));
  return { symbols, numbers: written(text, words) };
}
