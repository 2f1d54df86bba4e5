// Heights within the columns: every item is drawn towards the ports it is wired to, as far as the
// order and the gaps allow. For one column this is least squares under an order, solved exactly by
// pooling neighbours that would overlap; a few sweeps left and right settle the whole.
import type { Item, Spacing, Step } from "../layout.js";
import { neighbours } from "./ranks.js";

export function place_rows(items: Item[], steps: Step[], columns: number[][], spacing: Spacing) {
  const before = neighbours(items.length, steps, (step) => step.to);
  const after = neighbours(items.length, steps, (step) => step.from);
  const gap = (a: number, b: number) =>
    items[a]!.box < 0 || items[b]!.box < 0 ? spacing.wire : spacing.row;
  for (const column of columns) stack(column, items, gap);

  const sweeps = items.length > 20000 ? 4 : 16;
  for (let sweep = 0; sweep < sweeps; ++sweep) {
    const forward = sweep % 2 === 0,
      both = sweep >= sweeps - 4;
    for (let i = 0; i < columns.length; ++i) {
      const column = columns[forward ? i : columns.length - 1 - i]!;
      const wanted = column.map((item) => {
        const target = { sum: 0, weight: 0 };
        if (forward || both)
          for (const index of before(item)) pull(steps[index]!, true, items, target);
        if (!forward || both)
          for (const index of after(item)) pull(steps[index]!, false, items, target);
        return target.weight > 0
          ? { y: target.sum / target.weight, weight: target.weight }
          : { y: items[item]!.y, weight: 0.1 };
      });
      settle(column, wanted, items, gap);
    }
  }
  const top = items.reduce((least, item) => Math.min(least, item.y), Infinity);
  for (const item of items) item.y -= Number.isFinite(top) ? top : 0;
}

/** The height at which this step would be level, added to an item's wishes. */
function pull(step: Step, at_end: boolean, items: Item[], target: { sum: number; weight: number }) {
  const level = at_end
    ? items[step.from]!.y + step.out - step.in
    : items[step.to]!.y + step.in - step.out;
  target.sum += level * step.weight;
  target.weight += step.weight;
}

function stack(column: number[], items: Item[], gap: (a: number, b: number) => number) {
  let y = 0;
  column.forEach((item, index) => {
    if (index > 0) y += gap(column[index - 1]!, item);
    items[item]!.y = y;
    y += items[item]!.h;
  });
  for (const item of column) items[item]!.y -= y / 2;
}

/** Minimises sum weight (y - wanted)^2 with y[i+1] >= y[i] + h[i] + gap. */
function settle(
  column: number[],
  wanted: { y: number; weight: number }[],
  items: Item[],
  gap: (a: number, b: number) => number,
) {
  const offset = new Float64Array(column.length);
  for (let i = 1; i < column.length; ++i)
    offset[i] = offset[i - 1]! + items[column[i - 1]!]!.h + gap(column[i - 1]!, column[i]!);
  const pools: { sum: number; weight: number; count: number }[] = [];
  for (let i = 0; i < column.length; ++i) {
    const { y, weight } = wanted[i]!;
    let pool = { sum: (y - offset[i]!) * weight, weight, count: 1 };
    while (
      pools.length &&
      pools[pools.length - 1]!.sum / pools[pools.length - 1]!.weight > pool.sum / pool.weight
    ) {
      const last = pools.pop()!;
      pool = {
        sum: last.sum + pool.sum,
        weight: last.weight + pool.weight,
        count: last.count + pool.count,
      };
    }
    pools.push(pool);
  }
  let i = 0;
  for (const pool of pools)
    for (let k = 0; k < pool.count; ++k, ++i)
      items[column[i]!]!.y = pool.sum / pool.weight + offset[i]!;
}
