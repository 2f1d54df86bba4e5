// The tree of boxes: scopes, plus two kinds the page makes itself. Three or more equal scopes in a row
// stand in one box ("Block ×12"); a scope with very many ops is cut into chunks ("ops 1–400").
// Next: fold.ts, which of them are open.
import type { Model } from "./model.js";
import { visible } from "./text.js";

export interface Group {
  key: string; // short and stable, for permalinks: s3, r3, c3.0
  name: string;
  kind: string;
  made: "scope" | "repeat" | "chunk" | "root";
  scope: number; // index in the snapshot, -1 when the page made the group
  parent: Group | undefined;
  depth: number;
  groups: Group[];
  nodes: number[]; // direct children that are nodes
  size: number; // all nodes inside
  first: number; // smallest node inside: where it stands among its siblings
}

export interface GroupTree {
  root: Group;
  of_node: Group[];
  by_key: Map<string, Group>;
}

const chunk_size = 400;

export function group_tree(model: Model): GroupTree {
  const { scopes = [] } = model.snapshot;
  const root = new_group("root", "", "", "root", -1, undefined);
  const all = scopes.map((scope, index) =>
    new_group(
      `s${index}`,
      visible(scope.name),
      visible(scope.kind ?? ""),
      "scope",
      index,
      undefined,
    ),
  );
  scopes.forEach((scope, index) =>
    adopt(scope.parent === undefined ? root : all[scope.parent]!, all[index]!),
  );
  const of_node = model.nodes.map((node, index) => {
    const group = node.scope === undefined ? root : all[node.scope]!;
    group.nodes.push(index);
    return group;
  });
  for (const group of [...all].reverse().concat(root)) measure(group);
  drop_empty(root);

  const shapes = structure(model, of_node, [...all].reverse());
  for (const group of [root, ...all]) join_repeats(model, group, shapes);
  for (const group of [root, ...all]) cut_chunks(group, of_node);
  const by_key = new Map<string, Group>();
  const visit = [root];
  for (const group of visit) {
    by_key.set(group.key, group);
    group.depth = group.parent ? group.parent.depth + 1 : 0;
    visit.push(...group.groups);
  }
  return { root, of_node, by_key };
}

function new_group(
  key: string,
  name: string,
  kind: string,
  made: Group["made"],
  scope: number,
  parent: Group | undefined,
): Group {
  return {
    key,
    name,
    kind,
    made,
    scope,
    parent,
    depth: 0,
    groups: [],
    nodes: [],
    size: 0,
    first: Infinity,
  };
}

function adopt(parent: Group, child: Group) {
  child.parent = parent;
  parent.groups.push(child);
}

function measure(group: Group) {
  group.size = group.nodes.length + group.groups.reduce((sum, child) => sum + child.size, 0);
  group.first = Math.min(group.nodes[0] ?? Infinity, ...group.groups.map((child) => child.first));
}

function drop_empty(group: Group) {
  group.groups = group.groups.filter((child) => child.size > 0).sort((a, b) => a.first - b.first);
  group.groups.forEach(drop_empty);
}

/** A number per scope, equal for equal structure: ops, kinds, and inputs relative to the scope. */
function structure(model: Model, of_node: Group[], inner_first: Group[]): Map<Group, number> {
  const numbers = new Map<string, number>(),
    result = new Map<Group, number>();
  for (const group of inner_first) {
    const parts = group.nodes.map((index) => {
      const node = model.node(index);
      const reads = model
        .inputs(index)
        .map(({ node: input }) => (of_node[input] === group ? index - input : "out"));
      return `${node.op} ${node.kind} ${node.kind === "op" ? reads.join() : ""}`;
    });
    const text = `${group.kind};${parts.join(";")};${group.groups.map((child) => result.get(child)).join()}`;
    if (!numbers.has(text)) numbers.set(text, numbers.size);
    result.set(group, numbers.get(text)!);
  }
  return result;
}

/** The last node inside. */
const last_of = (group: Group): number =>
  Math.max(group.nodes[group.nodes.length - 1] ?? -1, ...group.groups.map(last_of));

/** Runs of three or more equal siblings, with no op between them, move into one group: with one, what
 * it reads and who reads it would lie inside the same box. Single ops are not worth a box. */
function join_repeats(model: Model, group: Group, shapes: Map<Group, number>) {
  const joined: Group[] = [],
    siblings = group.groups,
    own_ops = group.nodes.filter((index) => model.node(index).kind === "op");
  for (let i = 0; i < siblings.length;) {
    let end = i + 1;
    while (
      end < siblings.length &&
      shapes.get(siblings[end]!) === shapes.get(siblings[i]!) &&
      common_name(siblings[end]!) === common_name(siblings[i]!) &&
      !own_ops.some((op) => op > last_of(siblings[end - 1]!) && op < siblings[end]!.first)
    )
      ++end;
    const run = siblings.slice(i, end);
    const first = run[0]!;
    if (run.length >= 3 && first.size > 1) {
      const repeat = new_group(
        `r${first.scope}`,
        `${common_name(first)} ×${run.length}`,
        "",
        "repeat",
        -1,
        group,
      );
      for (const child of run) adopt(repeat, child);
      measure(repeat);
      joined.push(repeat);
    } else joined.push(...run);
    i = end;
  }
  if (joined.length > 1 || siblings.length <= 1) group.groups = joined;
  else for (const child of siblings) child.parent = group; // all equal: the parent already says so
}

/** What made them, or their name without its number: h1 and o1 are not called the same. */
const common_name = ({ kind, name }: Group) => kind || name.replace(/[\d_.]+$/, "");

/** Cuts the direct nodes, and runs of child groups, of a scope with too many of them. */
function cut_chunks(group: Group, of_node: Group[]) {
  if (group.nodes.length > chunk_size) {
    const nodes = group.nodes;
    group.nodes = [];
    for (let start = 0; start < nodes.length; start += chunk_size) {
      const part = nodes.slice(start, start + chunk_size);
      const chunk = new_group(
        `c${group.scope}.${start / chunk_size}`,
        `ops ${start + 1}–${start + part.length}`,
        "",
        "chunk",
        -1,
        undefined,
      );
      chunk.nodes = part;
      for (const node of part) of_node[node] = chunk;
      measure(chunk);
      adopt(group, chunk);
    }
  }
  if (group.groups.length > chunk_size) {
    const groups = group.groups;
    group.groups = [];
    for (let start = 0; start < groups.length; start += chunk_size) {
      const chunk = new_group(
        `g${group.scope}.${start / chunk_size}`,
        `scopes ${start + 1}–${Math.min(start + chunk_size, groups.length)}`,
        "",
        "chunk",
        -1,
        undefined,
      );
      for (const child of groups.slice(start, start + chunk_size)) adopt(chunk, child);
      measure(chunk);
      adopt(group, chunk);
    }
  }
  group.groups.sort((a, b) => a.first - b.first);
}

/** "net / block 3 / attention", without the groups the page made. */
export function path_text(group: Group | undefined): string {
  const names: string[] = [];
  for (let g = group; g && g.made !== "root"; g = g.parent)
    if (g.made === "scope") names.unshift(g.name);
  return names.join(" / ");
}
