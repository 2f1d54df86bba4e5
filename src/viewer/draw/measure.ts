// Widths of text from a small table, so that boxes have the same size in every browser, in exported
// SVG, and in C++. The table errs on the wide side; what is still too long is cut with an ellipsis.

import { visible } from "../model/text.js";

const narrow = new Set("ijl.,:;|!'()[]{}tfrI ·/");
const broad = new Set("mwMWOQCGD@%&×∂ŷŶ→‖<>=+~#_−↦∘");

export function text_width(text: string, size: number, bold = false): number {
  let width = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0)!;
    width += narrow.has(letter)
      ? 0.39
      : broad.has(letter)
        ? 0.88
        : code > 0x2e80
          ? 1
          : letter >= "A" && letter <= "Z"
            ? 0.7
            : 0.62;
  }
  return width * size * (bold ? 1.13 : 1);
}

/** The text, or as much of it as fits with "…" at its end. Control characters are made visible. */
export function fitted(text: string, size: number, room: number, bold = false): string {
  const clean = visible(text);
  if (text_width(clean, size, bold) <= room) return clean;
  let cut = "";
  for (const letter of clean) {
    if (text_width(`${cut}${letter}…`, size, bold) > room) break;
    cut += letter;
  }
  return `${cut}…`;
}
