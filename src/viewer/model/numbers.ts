// Numbers as the format writes them, and as people read them.
import type { Num, Numbers } from "./snapshot.js";

export const number_of = (x: Num): number => (typeof x === "number" ? x : Number(x));

/** All numbers of a list, whichever way it is written. */
export function numbers_of(list: Numbers): Float64Array {
  if (Array.isArray(list)) return Float64Array.from(list, number_of);
  const text = atob(list.base64),
    bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  if (list.type === "u8") {
    const low = list.low ?? 0,
      span = (list.high ?? 1) - low;
    return Float64Array.from(bytes, (byte) => low + (span * byte) / 255);
  }
  const width = list.type === "f64" ? 8 : 4,
    view = new DataView(bytes.buffer);
  const read = (i: number) =>
    width === 8 ? view.getFloat64(8 * i, true) : view.getFloat32(4 * i, true);
  return Float64Array.from({ length: Math.floor(bytes.length / width) }, (_, i) => read(i));
}

const superscript = (text: string) =>
  text.replace(/[0-9−]/g, (c) => (c === "−" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)]!));

/** Four significant digits, a true minus sign: 0.125, −0.01885, 1.2e−9, NaN, ∞. */
export function brief(x: number, digits = 4): string {
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  if (x === 0) return "0";
  const size = Math.abs(x);
  const text =
    size >= 1e6 || size < 1e-4
      ? x
          .toExponential(digits - 2)
          .replace(/\.?0+e/, "e")
          .replace("+", "")
      : trimmed(size >= 10 ** digits ? x.toFixed(0) : x.toPrecision(digits));
  return text.replaceAll("-", "−");
}

const trimmed = (text: string) =>
  text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;

/** With its sign always written, for terms of a sum. */
export const signed = (x: number, digits = 4) =>
  (x >= 0 || Number.isNaN(x) ? "+" : "") + brief(x, digits);

/** Every digit that matters, for hovering and copying; plain ASCII, so that it pastes into code. */
export const exact = (x: number) => String(x);

export const count = (n: number) => String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f");

export const power = (exponent: number) => `10${superscript(String(exponent).replace("-", "−"))}`;
