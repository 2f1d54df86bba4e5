// Questions asked of a tensor, whether it came whole or summarised. Answers are remembered per
// object, for the drawing asks again on every frame.
import { brief, number_of, numbers_of } from "./numbers.js";
import type { Histogram, Shaped, Tensor } from "./snapshot.js";

export interface Summary {
  count: number;
  min: number;
  max: number;
  mean: number;
  std: number;
  norm: number;
  zeros: number;
  nan: number;
  inf: number;
}
/** A picture of a tensor: rows x columns cells, exact when every cell is one element. */
export interface Cells {
  rows: number;
  columns: number;
  values: Float64Array;
  exact: boolean;
}

export const shape_of = (t: Tensor): number[] => (typeof t === "object" ? t.shape : []);
export const is_scalar = (t: Tensor): t is number => typeof t !== "object";
/** 2×3; of a vector [3], for 3 alone would read as its value. */
export const shape_text = (t: Tensor) => {
  const shape = shape_of(t);
  return shape.length === 1 ? `[${shape[0]}]` : shape.join("×") || "scalar";
};
export const element_count = (t: Tensor) =>
  shape_of(t).reduce((product, extent) => product * extent, 1);

/** A number of another step of training that the file does not have: its shape and nothing else. */
export const not_kept = (t: Tensor): Tensor => ({ shape: shape_of(t) });
export const is_kept = (t: Tensor): boolean =>
  typeof t !== "object" || t.values !== undefined || t.stats !== undefined;
export const not_kept_words = "not kept";

function remembered<R>(compute: (t: Shaped) => R): (t: Shaped) => R {
  const known = new WeakMap<Shaped, R>();
  return (t) => {
    if (!known.has(t)) known.set(t, compute(t));
    return known.get(t)!;
  };
}

const shaped_values = remembered((t) => (t.values ? numbers_of(t.values) : undefined));

/** All elements, or undefined when only a summary was written. */
export const values_of = (t: Tensor | undefined): Float64Array | undefined =>
  t === undefined
    ? undefined
    : typeof t === "object"
      ? shaped_values(t)
      : Float64Array.of(number_of(t));

/** The one number of a tensor with one element. */
export function only_number(t: Tensor | undefined): number | undefined {
  if (t === undefined) return undefined;
  if (typeof t !== "object") return number_of(t);
  const values = element_count(t) === 1 ? values_of(t) : undefined;
  return values?.[0];
}

const shaped_summary = remembered((t): Summary => {
  const { stats } = t,
    count = element_count(t);
  if (stats) {
    const inf = (stats.plus_infinity ?? 0) + (stats.minus_infinity ?? 0);
    return {
      count,
      min: number_of(stats.min),
      max: number_of(stats.max),
      mean: number_of(stats.mean),
      std: number_of(stats.std),
      norm: number_of(stats.norm),
      zeros: stats.zeros ?? 0,
      nan: stats.nan ?? 0,
      inf,
    };
  }
  return summarise(shaped_values(t) ?? new Float64Array());
});

export function summary_of(t: Tensor): Summary {
  return typeof t === "object" ? shaped_summary(t) : summarise(Float64Array.of(number_of(t)));
}

export function summarise(values: Float64Array): Summary {
  let min = Infinity,
    max = -Infinity,
    sum = 0,
    zeros = 0,
    nan = 0,
    inf = 0,
    finite = 0;
  for (const v of values) {
    if (Number.isNaN(v)) ++nan;
    else if (!Number.isFinite(v)) ++inf;
    else {
      ++finite;
      if (v === 0) ++zeros;
      min = Math.min(min, v);
      max = Math.max(max, v);
      sum += v;
    }
  }
  const mean = finite ? sum / finite : NaN;
  const norm = root_of_squares(values, 0, finite ? Math.max(-min, max) : 0),
    std = finite
      ? root_of_squares(values, mean, Math.max(max - mean, mean - min)) / Math.sqrt(finite)
      : NaN;
  return { count: values.length, min, max, mean, std, norm, zeros, nan, inf };
}

/** Scaled by a power of two: the squares of 1e200 would be infinite, those of 1e-200 nothing. */
function root_of_squares(values: Float64Array, middle: number, largest: number): number {
  if (!(largest > 0)) return 0;
  const unit = 2 ** Math.max(-1020, Math.floor(Math.log2(largest)));
  let squares = 0;
  for (const v of values) if (Number.isFinite(v)) squares += ((v - middle) / unit) ** 2;
  return unit * Math.sqrt(squares);
}

export const cells_of = (t: Tensor): Cells | undefined =>
  typeof t === "object"
    ? shaped_cells(t)
    : { rows: 1, columns: 1, values: Float64Array.of(number_of(t)), exact: true };

const shaped_cells = remembered((t): Cells | undefined => {
  const values = shaped_values(t);
  if (values) {
    const columns = t.shape.length ? t.shape[t.shape.length - 1]! : 1;
    return columns === 0
      ? undefined
      : { rows: values.length / columns, columns, values, exact: true };
  }
  const { preview } = t;
  return (
    preview && {
      rows: preview.rows,
      columns: preview.columns,
      values: numbers_of(preview.values),
      exact: false,
    }
  );
});

export function histogram_of(t: Tensor, bins = 24): Histogram | undefined {
  if (typeof t === "object" && t.histogram) return t.histogram;
  const values = values_of(t);
  if (!values || values.length < 2) return undefined;
  const { min, max } = summary_of(t),
    counts = new Array<number>(bins).fill(0);
  if (!(max >= min)) return undefined;
  for (const v of values)
    if (Number.isFinite(v))
      ++counts[Math.min(bins - 1, Math.floor(((v - min) / (max - min || 1)) * bins))]!;
  return { low: min, high: max, counts };
}

/** One line: a number, a short vector, or shape and norm. */
export function brief_tensor(t: Tensor | undefined, longest = 4): string {
  if (t === undefined) return "·";
  const number = only_number(t);
  if (number !== undefined) return brief(number);
  if (!is_kept(t)) return not_kept_words;
  const values = values_of(t),
    shape = shape_of(t);
  if (values && values.length <= longest) return bracketed(values, shape);
  const { min, max, norm, nan, inf } = summary_of(t);
  // a norm of what is left would hide them
  if (nan + inf > 0) return `${shape_text(t)}, ${bad_text(nan, inf)}`;
  if (min === max) return `${shape_text(t)}, all ${brief(min)}`;
  return `${shape_text(t)}, ‖·‖ ${brief(norm, 3)}`;
}

/** "1 NaN", "2 infinite", "1 NaN, 2 infinite". */
export const bad_text = (nan: number, inf: number) =>
  [nan > 0 && `${nan} NaN`, inf > 0 && `${inf} infinite`].filter(Boolean).join(", ");

/** For narrow places: a number, or the shape. */
export const number_or_shape = (t: Tensor, digits = 4): string => {
  const number = only_number(t);
  return number !== undefined ? brief(number, digits) : is_kept(t) ? shape_text(t) : not_kept_words;
};

function bracketed(values: Float64Array, shape: number[]): string {
  const list = Array.from(values, (v) => brief(v, 3));
  if (shape.length < 2 || shape[0] === 1) return `[${list.join("  ")}]`;
  const columns = shape[shape.length - 1]!,
    rows: string[] = [];
  for (let i = 0; i < list.length; i += columns) rows.push(list.slice(i, i + columns).join("  "));
  return `[${rows.join("; ")}]`;
}

/** Sum, difference: element by element when both are whole and of one size. */
export function combine(
  a: Tensor | undefined,
  b: Tensor | undefined,
  f: (p: number, q: number) => number,
): Tensor | undefined {
  const p = values_of(a),
    q = values_of(b);
  if (!p || !q || p.length !== q.length) return undefined;
  return rebuilt(
    shape_of(a!),
    p.map((value, i) => f(value, q[i]!)),
  );
}

export function rebuilt(shape: number[], values: Float64Array): Tensor {
  if (shape.length === 0) return values[0]!;
  const made: Shaped = { shape, values: [] };
  made.values = Array.from(values);
  return made;
}
