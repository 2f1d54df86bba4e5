// Which column a box stands in. Longest path from the left; then boxes are pulled right to their
// consumers, so that a parameter hugs the op that reads it.
import type { Box, Link } from "../layout.js";

export function assign_ranks(boxes: Box[], links: Link[]): Int32Array {
  const count = boxes.length;
  const leaving = neighbours(count, links, (link) => link.from);
  const waiting = new Int32Array(count),
    inputs = new Int32Array(count);
  for (const { to } of links) ++waiting[to]!;
  inputs.set(waiting);
  const rank = new Int32Array(count),
    order = topological(count, links, leaving, waiting, rank);
  const place = new Int32Array(count);
  order.forEach((box, index) => (place[box] = index));
  const ahead = (link: Link) => place[link.to]! > place[link.from]!;

  // Moving right costs nothing where no more wires leave than arrive.
  for (let i = count - 1; i >= 0; --i) {
    const box = order[i]!,
      links_out = leaving(box);
    let nearest = Infinity,
      outputs = 0;
    for (const index of links_out)
      if (ahead(links[index]!)) {
        nearest = Math.min(nearest, rank[links[index]!.to]! - 1);
        ++outputs;
      }
    if (nearest !== Infinity && (inputs[box] === 0 || outputs <= inputs[box]!)) rank[box] = nearest;
  }
  pin_ports(boxes, rank);
  return rank;
}

/** Kahn's algorithm, lowest index first within a wave; a cycle is cut at its lowest box. */
function topological(
  count: number,
  links: Link[],
  leaving: (box: number) => Int32Array,
  waiting: Int32Array,
  rank: Int32Array,
) {
  const order: number[] = [],
    done = new Uint8Array(count);
  const take = (box: number) => {
    done[box] = 1;
    order.push(box);
  };
  for (let box = 0; box < count; ++box) if (waiting[box] === 0) take(box);
  let next_cut = 0;
  for (let head = 0; order.length < count || head < order.length; ++head) {
    if (head === order.length) {
      while (done[next_cut]) ++next_cut;
      take(next_cut);
    }
    const box = order[head]!;
    for (const index of leaving(box)) {
      const { to } = links[index]!;
      if (done[to]) continue;
      rank[to] = Math.max(rank[to]!, rank[box]! + 1);
      if (--waiting[to]! === 0) take(to);
    }
  }
  return order;
}

/** Ports of the enclosing box get columns of their own, before and after everything else. */
function pin_ports(boxes: Box[], rank: Int32Array) {
  const inner = boxes.some((box) => !box.pin);
  const firsts = boxes.some((box) => box.pin === "first");
  let low = Infinity,
    high = 0;
  boxes.forEach((box, index) => {
    if (inner && box.pin) return;
    low = Math.min(low, rank[index]!);
    high = Math.max(high, rank[index]!);
  });
  if (low === Infinity) return;
  const shift = (firsts ? 1 : 0) - low;
  boxes.forEach((box, index) => {
    if (box.pin === "first") rank[index] = 0;
    else if (box.pin === "last") rank[index] = high + shift + 1;
    else rank[index]! += shift;
  });
}

/** Links grouped by one end, as slices of one array. */
export function neighbours<T>(
  count: number,
  links: T[],
  end: (link: T) => number,
): (box: number) => Int32Array {
  const start = new Int32Array(count + 1);
  for (const link of links) ++start[end(link) + 1]!;
  for (let i = 0; i < count; ++i) start[i + 1]! += start[i]!;
  const fill = start.slice(),
    list = new Int32Array(links.length);
  links.forEach((link, index) => (list[fill[end(link)]!++] = index));
  return (box) => list.subarray(start[box]!, start[box + 1]!);
}
