// The order of items within each column: barycentre sweeps from the order of creation, then swaps of
// neighbours, keeping the order with the fewest crossings.
import type { Item, Step } from "../layout.js";
import { neighbours } from "./ranks.js";

const count_up_to = 30000; // steps; beyond, crossings are not counted
const swap_up_to = 3000;

export function order_columns(items: Item[], steps: Step[]): number[][] {
  const columns: number[][] = [];
  items.forEach((item, index) => (columns[item.rank] ??= []).push(index));
  for (let rank = 0; rank < columns.length; ++rank) columns[rank] ??= [];
  const before = neighbours(items.length, steps, (step) => step.to);
  const after = neighbours(items.length, steps, (step) => step.from);
  const at = new Float64Array(items.length);
  const number = (column: number[]) => column.forEach((item, index) => (at[item] = index));
  columns.forEach(number);

  const counted = steps.length <= count_up_to;
  let best = columns.map((column) => column.slice());
  let fewest = counted ? crossings(columns, steps, before, items, at) : Infinity;
  for (let sweep = 0; sweep < (counted ? 12 : 4) && fewest > 0; ++sweep) {
    const forward = sweep % 2 === 0;
    for (let i = 1; i < columns.length; ++i) {
      const column = columns[forward ? i : columns.length - 1 - i]!;
      sort_by_neighbours(column, forward ? before : after, steps, forward, at, items);
      number(column);
    }
    if (steps.length <= swap_up_to)
      columns.forEach((column) => swap_neighbours(column, before, after, steps, at, items));
    const now = counted ? crossings(columns, steps, before, items, at) : -1;
    if (now < fewest) {
      fewest = counted ? now : Infinity;
      best = columns.map((column) => column.slice());
    }
  }
  return best;
}

/** Where a step's end stands in its column: the item's index plus the port's share of its height. */
function end_height(step: Step, at_from: boolean, at: Float64Array, items: Item[]): number {
  const item = at_from ? step.from : step.to,
    h = items[item]!.h;
  return at[item]! + (h > 0 ? (at_from ? step.out : step.in) / h : 0.5);
}

function sort_by_neighbours(
  column: number[],
  near: (item: number) => Int32Array,
  steps: Step[],
  forward: boolean,
  at: Float64Array,
  items: Item[],
) {
  const centre = new Map<number, number>();
  for (const item of column) {
    const list = near(item);
    let sum = 0;
    for (const index of list) {
      const step = steps[index]!;
      // A tall box with ports is centred so that each port faces its wire.
      const own = items[item]!.h > 0 ? (forward ? step.in : step.out) / items[item]!.h - 0.5 : 0;
      sum += end_height(step, forward, at, items) - own * 0.5;
    }
    centre.set(item, list.length ? sum / list.length : at[item]! + 0.5);
  }
  const old = new Map(column.map((item, index) => [item, index]));
  column.sort((a, b) => centre.get(a)! - centre.get(b)! || old.get(a)! - old.get(b)!);
}

function swap_neighbours(
  column: number[],
  before: (item: number) => Int32Array,
  after: (item: number) => Int32Array,
  steps: Step[],
  at: Float64Array,
  items: Item[],
) {
  const pairs = (upper: number, lower: number) => {
    let crossed = 0;
    for (const [near, from] of [
      [before, true],
      [after, false],
    ] as const)
      for (const p of near(upper))
        for (const q of near(lower))
          if (end_height(steps[p]!, from, at, items) > end_height(steps[q]!, from, at, items))
            ++crossed;
    return crossed;
  };
  for (let pass = 0, improved = true; improved && pass < 4; ++pass) {
    improved = false;
    for (let i = 0; i + 1 < column.length; ++i) {
      const upper = column[i]!,
        lower = column[i + 1]!;
      if (pairs(upper, lower) <= pairs(lower, upper)) continue;
      [column[i], column[i + 1]] = [lower, upper];
      at[lower] = i;
      at[upper] = i + 1;
      improved = true;
    }
  }
}

/** Crossings between neighbouring columns, by counting inversions with a Fenwick tree. */
export function crossings(
  columns: number[][],
  steps: Step[],
  before: (item: number) => Int32Array,
  items: Item[],
  at: Float64Array,
): number {
  let total = 0;
  for (let rank = 1; rank < columns.length; ++rank) {
    const ends: [number, number][] = [];
    for (const item of columns[rank]!)
      for (const index of before(item))
        ends.push([
          end_height(steps[index]!, true, at, items),
          end_height(steps[index]!, false, at, items),
        ]);
    ends.sort((a, b) => a[1] - b[1] || a[0] - b[0]);
    const heights = [...new Set(ends.map((end) => end[0]))].sort((a, b) => a - b);
    const index_of = new Map(heights.map((height, index) => [height, index + 1]));
    const tree = new Int32Array(heights.length + 1);
    ends.forEach(([height], seen) => {
      const position = index_of.get(height)!;
      let not_above = 0;
      for (let i = position; i > 0; i -= i & -i) not_above += tree[i]!;
      total += seen - not_above;
      for (let i = position; i < tree.length; i += i & -i) ++tree[i]!;
    });
  }
  return total;
}
