// Everything the page remembers, as signals, and the moves between states. Views read signals and call
// moves; nothing else writes them.
import { computed, effect, signal } from "@preact/signals";
import { arrange } from "../draw/arrange.js";
import {
  auto_open,
  box_key,
  box_of,
  closed_around,
  count_boxes,
  open_all,
  reveal,
} from "../model/fold.js";
import { group_tree, type Group } from "../model/groups.js";
import { Model } from "../model/model.js";
import { replayed } from "../model/replay.js";
import type { Snapshot } from "../model/snapshot.js";
import { stack_of } from "../model/stack.js";
import { step_at } from "../model/steps.js";
import { box_sentence, step_sentence } from "../model/words.js";
import { dark, light } from "../draw/theme.js";

export type Tab = "graph" | "training" | "neurons" | "pictures" | "compare";

export const snapshot = signal<Snapshot>({ format: "glassgrad.trace", version: 1, nodes: [] });
export const other = signal<Snapshot | undefined>(undefined); // the run to compare with
export const epoch = signal(-1); // index of a replay; -1: the numbers of the file
export const at = signal(0);
export const open = signal<ReadonlySet<string>>(new Set());
export const selected = signal<string | undefined>(undefined);
export const path = signal<ReadonlySet<number>>(new Set());
export const playing = signal(false);
export const tab = signal<Tab>("graph");
export const help_open = signal(false);
export const letters_on = signal(true); // single-letter keys (WCAG 2.1.4)
export const notice = signal<{ text: string; yes?: () => void; label?: string } | undefined>(
  undefined,
);
export const prefers_dark = signal(false);
export const chosen_theme = signal<"light" | "dark" | undefined>(undefined);

export const theme = computed(() =>
  (chosen_theme.value ?? (prefers_dark.value ? "dark" : "light")) === "dark" ? dark : light,
);
export const base_model = computed(() => new Model(snapshot.value));
export const model = computed(() => {
  const replay = snapshot.value.training?.replays?.[epoch.value];
  return replay ? new Model(replayed(snapshot.value, replay)) : base_model.value;
});
export const tree = computed(() => group_tree(base_model.value));
export const scene = computed(() => arrange(base_model.value, tree.value, open.value));
export const step = computed(() => step_at(model.value, at.value));
export const active_key = computed(() =>
  step.value.node < 0 ? undefined : box_key(box_of(tree.value, step.value.node, open.value)),
);
export const sentence = computed(() => {
  const box =
    step.value.node < 0
      ? undefined
      : closed_around(tree.value.of_node[step.value.node]!, open.value);
  return box ? box_sentence(model.value, box, at.value) : step_sentence(model.value, at.value);
});

export const key_to_group = (key: string | undefined): Group | undefined =>
  key ? tree.value.by_key.get(key) : undefined;
export const key_to_node = (key: string | undefined): number =>
  key && /^n\d+$/.test(key) ? Number(key.slice(1)) : -1;
/** The node the panel talks about: the selected one, or that of the step. */
export const shown = computed(() => selected.value ?? active_key.value);

/** Large layers have only statistics, and no neurons to draw. */
const has_neurons = computed(() => {
  const { stack } = snapshot.value;
  return stack !== undefined && stack_of(base_model.value, stack, 0) !== undefined;
});
/** Whether the file has what a view shows. */
export function has_tab(name: Tab): boolean {
  const { training, charts } = snapshot.value;
  return name === "training"
    ? !!training
    : name === "neurons"
      ? has_neurons.value
      : name === "pictures"
        ? !!charts?.length
        : true;
}

export function show(next: Snapshot) {
  snapshot.value = next;
  epoch.value = -1;
  other.value = undefined;
  selected.value = undefined;
  path.value = new Set();
  playing.value = false;
  tab.value = "graph";
  open.value = auto_open(tree.value);
  at.value = 0;
}

const clamp = (value: number) => Math.max(0, Math.min(base_model.value.last_step, value));

export function go_to(position: number) {
  at.value = clamp(position);
  selected.value = undefined;
}

/** A closed group is one step: all its neighbouring steps in the same pass. */
function same_run(a: number, b: number): boolean {
  const p = step_at(base_model.value, a),
    q = step_at(base_model.value, b);
  if (p.pass !== q.pass || p.node < 0 || q.node < 0) return false;
  const box = closed_around(tree.value.of_node[p.node]!, open.value);
  return box !== undefined && box === closed_around(tree.value.of_node[q.node]!, open.value);
}
function same_scope(a: number, b: number): boolean {
  const p = step_at(base_model.value, a),
    q = step_at(base_model.value, b);
  return (
    p.pass === q.pass &&
    p.node >= 0 &&
    q.node >= 0 &&
    tree.value.of_node[p.node] === tree.value.of_node[q.node]
  );
}

function end_of_run(from: number, same: (a: number, b: number) => boolean) {
  let position = from;
  while (position < base_model.value.last_step && same(position, position + 1)) ++position;
  return position;
}
function before_run(from: number, same: (a: number, b: number) => boolean) {
  let position = from;
  while (position > 0 && same(position, position - 1)) --position;
  return position - 1;
}

export const next_step = () => go_to(end_of_run(clamp(at.value + 1), same_run));
export const previous_step = () => go_to(before_run(at.value, same_run));
export const next_module = () =>
  go_to(end_of_run(clamp(at.value + 1), (a, b) => same_scope(a, b) || same_run(a, b)));
export const previous_module = () =>
  go_to(before_run(at.value, (a, b) => same_scope(a, b) || same_run(a, b)));
export const to_start_of_pass = () =>
  go_to(at.value > base_model.value.seed_step ? base_model.value.seed_step : 0);
export const to_end_of_pass = () =>
  go_to(
    at.value < base_model.value.forward.length
      ? base_model.value.forward.length
      : base_model.value.last_step,
  );
export const to_backward = () => go_to(base_model.value.seed_step);

export function toggle_play() {
  if (!playing.value && at.value >= base_model.value.last_step) go_to(0);
  playing.value = !playing.value;
}

const ask_from = 5000;

export function set_open(next: ReadonlySet<string>, then = () => {}) {
  const before = count_boxes(tree.value.root, open.value),
    after = count_boxes(tree.value.root, next);
  const apply = () => {
    open.value = next;
    notice.value = undefined;
    then();
  };
  if (after > ask_from && after > before)
    notice.value = {
      text: `This adds ${after - before} boxes to the picture.`,
      yes: apply,
      label: "Unfold",
    };
  else apply();
}

export function toggle_group(group: Group) {
  const next = new Set(open.value);
  if (next.has(group.key)) {
    for (const key of [group.key, ...open_all(group)]) next.delete(key);
    const node = key_to_node(selected.value);
    if (node >= 0 && closed_around(tree.value.of_node[node]!, next))
      selected.value = box_key(box_of(tree.value, node, next));
    else if (key_to_group(selected.value)) selected.value = group.key;
  } else next.add(group.key);
  set_open(next);
}

export const fold_all = () => set_open(new Set());
export const unfold_all = () => set_open(new Set(open_all(tree.value.root)));
export const fold_as_opened = () => set_open(auto_open(tree.value));

/** Selects a node, opening what hides it. */
export function select_node(node: number) {
  if (closed_around(tree.value.of_node[node]!, open.value))
    set_open(reveal(tree.value, node, open.value), () => (selected.value = `n${node}`));
  else selected.value = `n${node}`;
}

export function start_clock() {
  let timer = 0;
  effect(() => {
    clearInterval(timer);
    if (playing.value)
      timer = window.setInterval(() => {
        next_step();
        if (at.value >= base_model.value.last_step) playing.value = false;
      }, 900);
  });
}
