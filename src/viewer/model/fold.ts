// Which groups are open, and which box stands for a node when some are not.
import type { Group, GroupTree } from "./groups.js";

export type Open = ReadonlySet<string>;
/** A visible box: one node, or a closed group. */
export type Box = { node: number; group?: undefined } | { node: -1; group: Group };

const open_up_to = 90; // boxes on opening, for a picture one can read
const never_above = 300;
const small = 50; // nodes: so few are shown each, equal blocks too

/** Opens from the outside in, smallest first, while the picture stays readable. */
export function auto_open(tree: GroupTree): Set<string> {
  const open = new Set<string>();
  let boxes = tree.root.nodes.length + tree.root.groups.length;
  let level = tree.root.groups.slice();
  while (level.length) {
    const next: Group[] = [];
    level.sort(
      (a, b) =>
        a.nodes.length + a.groups.length - b.nodes.length - b.groups.length || a.first - b.first,
    );
    for (const group of level) {
      const added = group.nodes.length + group.groups.length - 1;
      const folded_by_nature =
        (group.made === "repeat" && tree.root.size > small) || group.made === "chunk";
      if (folded_by_nature || boxes + added > Math.min(open_up_to, never_above)) continue;
      boxes += added;
      open.add(group.key);
      next.push(...group.groups);
    }
    level = next;
  }
  return open;
}

/** The outermost closed group around a node, or undefined when the node itself is visible. */
export function closed_around(group: Group, open: Open): Group | undefined {
  let closed: Group | undefined;
  for (let g: Group | undefined = group; g?.parent; g = g.parent) if (!open.has(g.key)) closed = g;
  return closed;
}

export function box_of(tree: GroupTree, node: number, open: Open): Box {
  const closed = closed_around(tree.of_node[node]!, open);
  return closed ? { node: -1, group: closed } : { node };
}

/** A string that is equal for equal boxes: n7 or the group's key. */
export const box_key = (box: Box) => (box.group ? box.group.key : `n${box.node}`);

export function count_boxes(group: Group, open: Open): number {
  return (
    group.nodes.length +
    group.groups.reduce(
      (sum, child) => sum + (open.has(child.key) ? count_boxes(child, open) : 1),
      0,
    )
  );
}

/** Boxes there would be with everything inside open. */
export const open_all = (group: Group): string[] =>
  group.groups.flatMap((child) => [child.key, ...open_all(child)]);

/** Opens whatever hides a node. */
export function reveal(tree: GroupTree, node: number, open: Open): Set<string> {
  const more = new Set(open);
  for (let g: Group | undefined = tree.of_node[node]; g?.parent; g = g.parent) more.add(g.key);
  return more;
}
