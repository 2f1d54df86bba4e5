// Wires and what is written at their ends: above the wire the local gradient (known since the forward
// pass), below it the contribution that was sent back.
import { scope_box } from "../model/scope_box.js";
import { sent, value_known } from "../model/steps.js";
import { local_formula } from "../model/formula.js";
import { brief } from "../model/numbers.js";
import type { Tensor } from "../model/snapshot.js";
import { is_kept, not_kept_words, number_or_shape, only_number } from "../model/tensors.js";
import { shape_text, summary_of } from "../model/tensors.js";
import { summed } from "../model/stretched.js";
import type { Scene, Wire } from "./scene_types.js";
import type { DrawList } from "./drawlist.js";
import { fitted, text_width } from "./measure.js";
import type { Look, Region } from "./scene.js";
import { font, spacing } from "./sizes.js";

const label_room = spacing.lead - 10;
const beside = 5; // how far below the forward wire the backward one runs

export function draw_wires(list: DrawList, scene: Scene, look: Look, region: Region) {
  const labels: DrawList = [];
  for (const wire of scene.wires) {
    const { top, bottom } = wire.bounds,
      left = wire.points[0]!,
      right = wire.points[wire.points.length - 2]!;
    if (
      Math.min(left, right) > region.right ||
      Math.max(left, right) < region.left ||
      top > region.bottom ||
      bottom < region.top
    )
      continue;
    draw_wire(list, labels, wire, look);
  }
  for (const shape of labels) list.push(shape);
}

function draw_wire(list: DrawList, labels: DrawList, wire: Wire, look: Look) {
  const { model, at, theme, detail, path } = look,
    { points } = wire,
    full = detail === "full";
  const known = value_known(model, wire.source, at),
    back = wire.uses.some((use) => sent(model, use, at));
  const on_path = path.has(wire.source) && wire.uses.some((use) => path.has(use.node));
  const end_x = points[points.length - 2]!,
    end_y = points[points.length - 1]!;
  if (on_path) list.push({ t: "wire", points, stroke: theme.problem_tint, width: 12 });
  list.push({
    t: "wire",
    points,
    stroke: known ? theme.forward : theme.line,
    width: known ? 1.6 : 1.1,
  });
  if (full && wire.ends_at) labels.push(arrow(end_x, end_y, 1, known ? theme.forward : theme.line));
  if (back) {
    const lower = points.map((value, i) => (i % 2 ? value + beside : value));
    list.push({ t: "wire", points: lower, stroke: theme.backward, width: 1.6, dash: [6, 4] });
    if (full && wire.starts_at)
      labels.push(arrow(points[0]!, points[1]! + beside, -1, theme.backward));
  }
  if (full && wire.labelled) draw_labels(labels, wire, look, end_x, end_y);
}

const arrow = (x: number, y: number, direction: number, fill: string) => ({
  t: "polygon" as const,
  points: [x, y, x - 8 * direction, y - 4, x - 8 * direction, y + 4],
  fill,
});

function draw_labels(
  labels: DrawList,
  wire: Wire,
  { model, tree, at, theme }: Look,
  x: number,
  y: number,
) {
  const right = x - 11;
  const { local, contribution } = wire.ends_at!.group
    ? group_labels(wire, model, at)
    : node_labels(wire, model, at);
  const put = (text: string, height: number, fill: string) =>
    labels.push({
      t: "text",
      x: right,
      y: height,
      text: fitted(text, font.label, label_room),
      size: font.label,
      fill,
      anchor: "end",
      halo: background(wire, tree, theme),
    });
  if (local) put(local, y - 5, theme.ink);
  if (contribution) put(contribution, y + beside + 12, theme.backward);
}

/** Halos take the colour of what lies below: the page or the frame of the wire's group. */
function background(wire: Wire, tree: Look["tree"], theme: Look["theme"]) {
  const box = wire.ends_at!,
    parent = box.group ? box.group.parent : tree.of_node[box.node];
  return (parent?.depth ?? 0) % 2 ? theme.frame : theme.page;
}

function node_labels(wire: Wire, model: Look["model"], at: number) {
  const use = wire.uses[0]!,
    input = model.inputs(use.node)[use.slot]!,
    known = value_known(model, use.node, at);
  const { local } = input;
  const text =
    !known || !local
      ? ""
      : local.kind === "dense" && local.value !== undefined
        ? `J ${shape_text(local.value)}`
        : local.value !== undefined
          ? times(local.value)
          : pulled(model, use.node, use.slot);
  return {
    local: text,
    contribution: sent(model, use, at)
      ? sum_or_number(input.contribution!, !!summed(model, use.node, input.node, local))
      : "",
  };
}

function group_labels(wire: Wire, model: Look["model"], at: number) {
  const { outputs, inputs } = scope_box(model, wire.ends_at!.group!);
  const input = inputs.find((entry) => entry.node === wire.source);
  if (!input || outputs.length === 0) return { local: "", contribution: "" };
  const known = value_known(model, outputs[outputs.length - 1]!, at);
  return {
    local: known && input.local !== undefined ? times(input.local) : "",
    contribution:
      input.last_sent > 0 && input.last_sent <= at && input.contribution !== undefined
        ? sum_or_number(
            input.contribution,
            outputs.length === 1 && !!summed(model, outputs[0]!, input.node, input.of_box),
          )
        : "",
  };
}

/** A pull-back as its formula where there is room, else as what it gives. */
function pulled(model: Look["model"], node: number, slot: number): string {
  const text = local_formula(model, node, slot).symbols,
    shape = shape_text(model.node(model.inputs(node)[slot]!.node).value);
  return text && text_width(text, font.label) <= label_room ? text : `↦ ${shape}`;
}

/** Factors are written ×2, factors per element ∘[...] or ∘ shape. */
function times(local: Tensor): string {
  const number = only_number(local);
  if (number !== undefined) return `×${brief(number, 3)}`;
  if (!is_kept(local)) return not_kept_words;
  const { min, max, nan, inf } = summary_of(local);
  if (min === max && nan + inf === 0) return `×${brief(min, 3)}`;
  return `∘ ${shape_text(local)}`;
}

/** What was sent, marked where it is a sum over what broadcasting stretched. */
const sum_or_number = (t: Tensor, is_sum: boolean) =>
  `${is_sum ? "Σ " : ""}${number_or_shape(t, 3)}`;
