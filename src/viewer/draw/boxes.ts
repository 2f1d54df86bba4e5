// One box: its outline and state, its title, its marks. The numbers in it are in values.ts.
import { upstream_at, value_known } from "../model/steps.js";
import type { Model } from "../model/model.js";
import type { Group, GroupTree } from "../model/groups.js";
import { scope_box } from "../model/scope_box.js";
import { brief_tensor } from "../model/tensors.js";
import { problem_marks, upstream_text } from "../model/words.js";
import type { SceneBox } from "./scene_types.js";
import type { DrawList } from "./drawlist.js";
import { fitted, text_width } from "./measure.js";
import { font } from "./sizes.js";
import { draw_numbers } from "./values.js";
import type { Look } from "./scene.js";

export function draw_box(list: DrawList, box: SceneBox, look: Look) {
  list.push({ t: "open", id: box.key, title: box_title(look.model, box, look.at) });
  draw_outline(list, box, look);
  if (look.detail === "coarse") draw_coarse(list, box, look);
  else if (box.group) draw_group(list, box, look);
  else draw_node(list, box, look);
  draw_problems(list, box, look);
  list.push({ t: "close" });
}

export function box_title(model: Model, box: SceneBox, at: number): string {
  if (box.group) return `${box.group.name}, ${box.group.size} nodes`;
  const { op, value } = model.node(box.node);
  return `${model.symbol(box.node)}, ${op}, value ${value_known(model, box.node, at) ? brief_tensor(value) : "not computed yet"}, upstream ${upstream_text(model, box.node, at)}`;
}

/** The node whose numbers a box shows: itself, or a group's one output. */
export function shown_node(model: Model, box: SceneBox): number {
  if (!box.group) return box.node;
  const { outputs } = scope_box(model, box.group);
  return outputs.length === 1 ? outputs[0]! : -1;
}

function draw_outline(
  list: DrawList,
  box: SceneBox,
  { model, tree, at, active, selected, path, theme }: Look,
) {
  const { x, y, w, h } = box,
    node = shown_node(model, box),
    leaf = !box.group && model.node(box.node).kind !== "op";
  const r = leaf ? 16 : 7,
    on_path = box.group ? some_inside(tree, box.group, path) : path.has(box.node);
  const state = node >= 0 ? upstream_at(model, node, at).state : "none";
  const known =
    node >= 0 ? value_known(model, node, at) : box.group!.first >= 0 && at >= model.forward.length;
  if (on_path)
    list.push({
      t: "rect",
      x: x - 7,
      y: y - 7,
      w: w + 14,
      h: h + 14,
      r: r + 6,
      fill: theme.problem_tint,
    });
  // A closed group looks like a stack of cards; they stand above it only, for wires leave at the right.
  if (box.group)
    for (const shift of [9, 4.5])
      list.push({
        t: "rect",
        x: x + 1.5 * shift,
        y: y - shift,
        w: w - 3 * shift,
        h: 20,
        r,
        fill: theme.frame,
        stroke: theme.line,
      });
  if (box.key === active)
    list.push({
      t: "rect",
      x: x - 6,
      y: y - 6,
      w: w + 12,
      h: h + 12,
      r: r + 5,
      stroke: at >= model.seed_step ? theme.backward : theme.forward,
      width: 3,
    });
  const fill =
    state === "complete" || state === "partial"
      ? theme.backward_tint
      : known && !leaf
        ? theme.forward_tint
        : theme.box;
  const constant = !box.group && model.node(box.node).kind === "constant";
  list.push({
    t: "rect",
    x,
    y,
    w,
    h,
    r,
    fill,
    stroke: box.key === selected ? theme.accent : known ? theme.muted : theme.line,
    width: box.key === selected ? 3 : known ? 1.3 : 1,
    dash: constant ? [4, 3] : undefined,
  });
}

/** Asked of the few nodes, not of the many in the group. */
function inside(tree: GroupTree, group: Group, node: number): boolean {
  let g: Group | undefined = tree.of_node[node];
  while (g && g !== group) g = g.parent;
  return g === group;
}

function some_inside(tree: GroupTree, group: Group, nodes: ReadonlySet<number>): boolean {
  for (const node of nodes) if (inside(tree, group, node)) return true;
  return false;
}

function draw_node(list: DrawList, box: SceneBox, look: Look) {
  const { model, theme } = look,
    { x, y, w } = box,
    node = model.node(box.node),
    kind = node.kind === "op" ? node.op : node.kind;
  const room = w - 20,
    aside = node.name || node.kind !== "op" ? fitted(kind, font.small, room * 0.6) : "";
  const title = node.name || node.kind !== "op" ? model.symbol(box.node) : node.op;
  const used = aside
    ? text_width(aside, font.small) + 8
    : text_width(model.symbol(box.node), font.small) + 8;
  list.push({
    t: "text",
    x: x + 10,
    y: y + 18,
    text: fitted(title, font.title, room - used, true),
    size: font.title,
    fill: theme.ink,
    bold: true,
  });
  list.push({
    t: "text",
    x: x + w - 10,
    y: y + 18,
    text: aside || model.symbol(box.node),
    size: font.small,
    fill: theme.muted,
    anchor: "end",
  });
  draw_numbers(list, box, box.node, look, box.h / 2 + 8);
}

function draw_group(list: DrawList, box: SceneBox, look: Look) {
  const { model, theme } = look,
    { x, y, w, group } = box,
    node = shown_node(model, box);
  list.push({
    t: "text",
    x: x + 10,
    y: y + 18,
    text: fitted(`▸ ${group!.name}`, font.title, w - 20, true),
    size: font.title,
    fill: theme.ink,
    bold: true,
  });
  const kind = group!.kind === group!.name ? "" : `${group!.kind}${group!.kind ? ", " : ""}`;
  list.push({
    t: "text",
    x: x + 10,
    y: y + 34,
    text: fitted(
      `${kind}${group!.size} ${group!.size === 1 ? "node" : "nodes"}`,
      font.small,
      w - 20,
    ),
    size: font.small,
    fill: theme.muted,
  });
  if (node >= 0) draw_numbers(list, box, node, look, Math.max(52, box.h / 2 + 13));
}

/** One name, as large as the box allows. */
function draw_coarse(list: DrawList, box: SceneBox, { model, theme }: Look) {
  const text = box.group ? box.group.name : model.node(box.node).name || model.node(box.node).op,
    room = box.w - 10,
    size = Math.max(14, Math.min(25, (25 * room) / text_width(text, 25, true)));
  list.push({
    t: "text",
    x: box.x + box.w / 2,
    y: box.y + box.h / 2 + 0.36 * size,
    text: fitted(text, size, room, true),
    size,
    fill: theme.ink,
    bold: true,
    anchor: "middle",
  });
}

function draw_problems(list: DrawList, box: SceneBox, { model, tree, theme }: Look) {
  const problems = box.group
    ? problems_inside(model, tree, box.group)
    : (model.problems_at.get(box.node) ?? []);
  let x = box.x + box.w - 8;
  for (const kind of new Set(problems.map((problem) => problem.kind))) {
    const { mark, word } = problem_marks[kind],
      w = text_width(`${mark} ${word}`, font.small, true) + 12;
    x -= w;
    list.push({
      t: "rect",
      x,
      y: box.y - 11,
      w,
      h: 19,
      r: 9,
      fill: theme.problem,
      stroke: theme.page,
      width: 1.5,
    });
    list.push({
      t: "text",
      x: x + w / 2,
      y: box.y + 2.5,
      text: `${mark} ${word}`,
      size: font.small,
      fill: theme.page,
      bold: true,
      anchor: "middle",
    });
    x -= 4;
  }
}

const problems_inside = (model: Model, tree: GroupTree, group: Group) =>
  [...model.problems_at].flatMap(([node, problems]) => (inside(tree, group, node) ? problems : []));
