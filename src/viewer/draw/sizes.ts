// Sizes of boxes and gaps, in units of the scene. Everything is derived from the text it must hold.
import type { Group } from "../model/groups.js";
import type { Model } from "../model/model.js";
import type { Spacing } from "../layout.js";
import { text_width } from "./measure.js";

export const spacing: Spacing = { row: 22, wire: 16, lead: 72, curve: 18 };
export const frame = { side: 14, top: 32, bottom: 14 };
export const many_ports = 10; // beyond, ports stand closer and carry no labels
export const font = { title: 13, value: 12.5, label: 11, small: 10.5 };

const least = { w: 128, h: 62 },
  widest = 210,
  pitch = 38;

export function box_size(
  model: Model,
  node: number,
  group: Group | undefined,
  inputs: number,
): { w: number; h: number } {
  const needed = inputs > many_ports ? 9 * inputs : pitch * inputs;
  if (group) {
    const name = 42 + text_width(group.name, font.title, true),
      kind = 22 + text_width(`${group.kind}, ${group.size} nodes`, font.small);
    const w = Math.min(widest, Math.max(142, name, kind));
    return { w, h: Math.max(78, needed) };
  }
  const { op, kind } = model.node(node),
    symbol = model.symbol(node);
  const named = !!model.node(node).name || kind !== "op", // as boxes.ts writes them
    [title, aside] = named ? [symbol, kind === "op" ? op : kind] : [op, symbol];
  const w = text_width(title, font.title, true) + text_width(aside, font.small) + 32;
  return {
    w: Math.round(Math.min(widest, Math.max(least.w, w))),
    h: Math.max(least.h, needed),
  };
}

/** Heights of n ports, evenly along the side. */
export const node_ports = (h: number, n: number): number[] =>
  Array.from({ length: n }, (_, i) => (h * (i + 0.5)) / n);
