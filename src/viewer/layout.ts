// The layered layout: boxes with ports in columns from left to right, wires between them. Free of
// the DOM, deterministic, and linear but for a few sorts, so that the C++ SVG writer can hold the
// same code: ranks (layout/ranks.ts), order in a column (layout/order.ts), heights (layout/place.ts, layout/straighten.ts).
// Nested boxes are arranged by draw/arrange.ts, which calls this once per open scope.
import { order_columns } from "./layout/order.js";
import { place_rows } from "./layout/place.js";
import { assign_ranks } from "./layout/ranks.js";
import { straighten } from "./layout/straighten.js";

export interface Box {
  w: number;
  h: number;
  ins: number[]; // heights of the input ports, from the top
  outs: number[]; // heights of the output ports
  pin?: "first" | "last"; // ports of the enclosing box stand in the outermost columns
  plain?: boolean; // wires that end here carry no label and need no level lead
}
export interface Link {
  from: number;
  out: number;
  to: number;
  in: number;
}
export interface Spacing {
  row: number;
  wire: number;
  lead: number;
  curve: number;
}

/** Corners of every box, and for every link its points: x0 y0 x1 y1 ..., to be joined by curves
 * between odd and even points and straight lines between even and odd ones. */
export interface Layout {
  width: number;
  height: number;
  x: number[];
  y: number[];
  routes: number[][];
}

/** What stands in a column: a box, or the place where a long wire passes through. */
export interface Item {
  box: number;
  rank: number;
  h: number;
  y: number;
}
/** One step of a wire, between neighbouring columns; port heights are from the items' tops. */
export interface Step {
  from: number;
  to: number;
  out: number;
  in: number;
  weight: number;
}

export function layered(boxes: Box[], links: Link[], spacing: Spacing): Layout {
  const rank = assign_ranks(boxes, links);
  const items: Item[] = boxes.map((box, index) => ({
    box: index,
    rank: rank[index]!,
    h: box.h,
    y: 0,
  }));
  const { steps, chains, trunks } = split_long_links(boxes, links, rank, items);
  const columns = order_columns(items, steps);
  place_rows(items, steps, columns, spacing);
  straighten(items, steps, columns, trunks, spacing);
  return draw_routes(boxes, links, items, chains, columns, spacing);
}

/** Cuts each link into steps of one column. Links that leave the same port share their passages, so
 * that a value used far away runs as one trunk. Returns each link's passages from left to right. */
function split_long_links(boxes: Box[], links: Link[], rank: Int32Array, items: Item[]) {
  const steps: Step[] = [];
  const trunks = new Map<number, number[]>(); // by box and port: items passed, in order
  const room = 4 * (boxes.length + links.length) + 20000;
  const chains = links.map((link) => {
    const start = rank[link.from]!,
      end = rank[link.to]!;
    const far = {
      from: link.from,
      to: link.to,
      out: boxes[link.from]!.outs[link.out]!,
      in: boxes[link.to]!.ins[link.in]!,
      weight: 1,
    };
    if (end <= start) return []; // against the grain (a scope entered twice): drawn directly
    if (end === start + 1 || items.length > room) {
      if (end === start + 1) steps.push(far);
      return [];
    }
    const key = link.from * 4096 + link.out;
    const trunk = trunks.get(key) ?? [];
    trunks.set(key, trunk);
    while (trunk.length < end - start - 1) {
      const before = trunk.length ? trunk[trunk.length - 1]! : link.from;
      items.push({ box: -1, rank: start + trunk.length + 1, h: 0, y: 0 });
      steps.push({
        from: before,
        to: items.length - 1,
        out: trunk.length ? 0 : far.out,
        in: 0,
        weight: trunk.length ? 8 : 2,
      });
      trunk.push(items.length - 1);
    }
    const chain = trunk.slice(0, end - start - 1);
    steps.push({ from: chain[chain.length - 1]!, to: link.to, out: 0, in: far.in, weight: 2 });
    return chain;
  });
  return { steps, chains, trunks: trunks.values() };
}

function draw_routes(
  boxes: Box[],
  links: Link[],
  items: Item[],
  chains: number[][],
  columns: number[][],
  spacing: Spacing,
): Layout {
  const { left, right, width } = place_columns(boxes, links, items, columns, spacing);
  const x = boxes.map((box, index) => {
    const rank = items[index]!.rank,
      middle = (left[rank]! + right[rank]! - box.w) / 2;
    return box.pin === "first" ? left[rank]! : box.pin === "last" ? right[rank]! : middle;
  });
  const y = boxes.map((_, index) => items[index]!.y);
  const routes = links.map((link, index) => {
    const source = boxes[link.from]!,
      target = boxes[link.to]!;
    const points = [x[link.from]! + source.w, y[link.from]! + source.outs[link.out]!];
    const column = items[link.from]!.rank,
      to_column = items[link.to]!.rank;
    points.push(Math.max(points[0]!, Math.min(right[column]!, x[link.to]!)), points[1]!);
    for (const passage of chains[index]!) {
      const { rank, y: height } = items[passage]!;
      points.push(left[rank]!, height, right[rank]!, height);
    }
    const lead = target.pin || target.plain ? 0 : spacing.lead,
      end = y[link.to]! + target.ins[link.in]!;
    points.push(Math.min(left[to_column]!, x[link.to]!) - lead, end, x[link.to]!, end);
    return points;
  });
  const height = Math.max(
    0,
    ...items.map((item) => item.y + item.h).slice(0, 50000),
    boxes.length > 50000 ? last_edge(items) : 0,
  );
  return { width, height, x, y, routes };
}

const last_edge = (items: Item[]) =>
  items.reduce((edge, item) => Math.max(edge, item.y + item.h), 0);

/** Columns are as wide as their widest box; the gap grows where wires climb far, to keep them flat. */
function place_columns(
  boxes: Box[],
  links: Link[],
  items: Item[],
  columns: number[][],
  spacing: Spacing,
) {
  const climb = new Array<number>(columns.length).fill(0),
    labelled = new Array<boolean>(columns.length).fill(false);
  for (const link of links) {
    const to = items[link.to]!,
      from = items[link.from]!;
    const rise = Math.abs(
      to.y + boxes[link.to]!.ins[link.in]! - from.y - boxes[link.from]!.outs[link.out]!,
    );
    if (to.rank === from.rank + 1) climb[to.rank] = Math.max(climb[to.rank]!, rise);
    if (!boxes[link.to]!.pin && !boxes[link.to]!.plain) labelled[to.rank] = true;
  }
  const left: number[] = [],
    right: number[] = [];
  let edge = 0;
  columns.forEach((column, rank) => {
    if (rank > 0)
      edge +=
        spacing.curve + Math.min(150, 0.3 * climb[rank]!) + (labelled[rank] ? spacing.lead : 0);
    left.push(edge);
    edge = column.reduce(
      (far, index) => Math.max(far, edge + (boxes[items[index]!.box]?.w ?? 0)),
      edge,
    );
    right.push(edge);
  });
  return { left, right, width: edge };
}
