// After least squares, small steps remain in wires that could be level. Where there is room, long
// wires are pulled straight and boxes with one input are set level with it.
import type { Item, Spacing, Step } from "../layout.js";
import { neighbours } from "./ranks.js";

const snap_within = 18;

export function straighten(
  items: Item[],
  steps: Step[],
  columns: number[][],
  chains: Iterable<number[]>,
  spacing: Spacing,
) {
  const place = new Int32Array(items.length);
  for (const column of columns) column.forEach((item, index) => (place[item] = index));
  const before = neighbours(items.length, steps, (step) => step.to);

  /** Between which heights an item may move without touching its neighbours. */
  const room = (item: number): [number, number] => {
    const column = columns[items[item]!.rank]!,
      above = column[place[item]! - 1],
      below = column[place[item]! + 1];
    const gap = (other: number) =>
      items[other]!.box < 0 || items[item]!.box < 0 ? spacing.wire : spacing.row;
    const low = above === undefined ? -Infinity : items[above]!.y + items[above]!.h + gap(above);
    const high = below === undefined ? Infinity : items[below]!.y - gap(below) - items[item]!.h;
    return [low, Math.max(low, high)];
  };
  const level_boxes = () => {
    for (const column of columns)
      for (const item of column) {
        const arriving = before(item);
        if (arriving.length !== 1) continue;
        const step = steps[arriving[0]!]!,
          wanted = items[step.from]!.y + step.out - step.in,
          [low, high] = room(item);
        if (Math.abs(wanted - items[item]!.y) <= snap_within && wanted >= low && wanted <= high)
          items[item]!.y = wanted;
      }
  };
  level_boxes();
  for (const chain of chains) {
    for (let start = 0; start < chain.length;) {
      let [low, high] = room(chain[start]!),
        end = start + 1;
      for (; end < chain.length; ++end) {
        const [l, h] = room(chain[end]!);
        if (Math.max(low, l) > Math.min(high, h)) break;
        [low, high] = [Math.max(low, l), Math.min(high, h)];
      }
      const run = chain.slice(start, end),
        heights = run.map((item) => items[item]!.y).sort((a, b) => a - b);
      const level = Math.min(high, Math.max(low, heights[heights.length >> 1]!));
      for (const item of run) items[item]!.y = level;
      start = end;
    }
  }
}
