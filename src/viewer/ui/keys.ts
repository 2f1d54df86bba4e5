// The keyboard: one table that the page obeys and the help shows.
import { toggle_panel } from "./panels.js";
import { view } from "./graph.js";
import { next_hit, query } from "./search.js";
import * as state from "./state.js";

export interface Binding {
  keys: string[];
  says: string;
  run: () => void;
  letter?: boolean;
}

const in_direction = { i: 0, o: 0 };

/** Repeated presses cycle through the inputs, or the consumers, of where the walk began. */
let walk: { key: string | undefined; from: number } = { key: undefined, from: -1 };
function walk_to(direction: "i" | "o", on = false) {
  if (on) walk = { key: undefined, from: -1 };
  const model = state.model.value,
    here = state.key_to_node(state.shown.value);
  const from = walk.key === `${direction}${here}` ? walk.from : here;
  if (from < 0) return;
  if (from === here) in_direction[direction] = 0;
  const targets =
    direction === "i"
      ? model.inputs(from).map((input) => input.node)
      : model.uses(from).map((use) => use.node);
  if (!targets.length) return;
  const target = targets[in_direction[direction]++ % targets.length]!;
  state.select_node(target);
  walk = { key: `${direction}${target}`, from };
}

let last_problem = -1;
export function next_problem() {
  const problems = state.snapshot.value.problems ?? [];
  if (!problems.length) return;
  last_problem = (last_problem + 1) % problems.length;
  const problem = problems[last_problem]!;
  state.path.value = new Set(problem.path ?? [problem.node]);
  state.select_node(problem.node);
}

function into() {
  const group = state.key_to_group(state.shown.value);
  if (!group) return;
  if (!state.open.value.has(group.key)) state.toggle_group(group);
  const child =
    group.groups[0] && (group.nodes[0] === undefined || group.groups[0].first < group.nodes[0])
      ? group.groups[0].key
      : `n${group.nodes[0]}`;
  state.selected.value = child;
}
function out() {
  const key = state.shown.value,
    group = state.key_to_group(key),
    node = state.key_to_node(key);
  const parent = group ? group.parent : node >= 0 ? state.tree.value.of_node[node] : undefined;
  if (!parent?.parent) return;
  if (state.open.value.has(parent.key)) state.toggle_group(parent);
  state.selected.value = parent.key;
}
function fold() {
  const group = state.key_to_group(state.shown.value);
  if (group) state.toggle_group(group);
  else out();
}
function ask_for_node() {
  const answer = prompt("Go to node: its number or its label")?.trim(),
    model = state.model.value;
  if (!answer) return;
  const node = /^\d+$/.test(answer)
    ? Number(answer)
    : model.nodes.findIndex((_, i) => model.symbol(i) === answer);
  if (node >= 0 && node < model.nodes.length) state.select_node(node);
}
export function switch_theme() {
  state.chosen_theme.value = state.theme.value.name === "dark" ? "light" : "dark";
}
function back() {
  if (state.help_open.value) state.help_open.value = false;
  else if (state.notice.value) state.notice.value = undefined;
  else if (state.path.value.size) state.path.value = new Set();
  else if (query.value) query.value = "";
  else state.selected.value = undefined;
}

export const bindings: Binding[] = [
  { keys: ["ArrowRight", "l"], says: "next step", run: () => state.next_step() },
  { keys: ["ArrowLeft", "h"], says: "previous step", run: () => state.previous_step() },
  { keys: ["Shift+ArrowRight"], says: "next module", run: () => state.next_module() },
  { keys: ["Shift+ArrowLeft"], says: "previous module", run: () => state.previous_module() },
  { keys: ["Home"], says: "start of the pass", run: () => state.to_start_of_pass() },
  { keys: ["End"], says: "end of the pass", run: () => state.to_end_of_pass() },
  { keys: ["b"], says: "start of backward", run: () => state.to_backward() },
  { keys: ["Space"], says: "play, pause", run: () => state.toggle_play() },
  { keys: ["Enter"], says: "fold or unfold the selected scope", run: fold },
  { keys: ["["], says: "out of the scope", run: out },
  { keys: ["]"], says: "into the scope", run: into },
  { keys: ["i"], says: "walk to an input; again for the next one", run: () => walk_to("i") },
  { keys: ["o"], says: "walk to a consumer; again for the next one", run: () => walk_to("o") },
  { keys: ["I"], says: "on from here to its first input", run: () => walk_to("i", true) },
  { keys: ["O"], says: "on from here to its first consumer", run: () => walk_to("o", true) },
  { keys: ["/"], says: "search", run: () => document.getElementById("search")?.focus() },
  { keys: ["n"], says: "next hit", run: () => next_hit(1) },
  { keys: ["N"], says: "previous hit", run: () => next_hit(-1) },
  { keys: ["g"], says: "go to a node by its number or label", run: ask_for_node },
  { keys: ["e"], says: "next problem and its path", run: next_problem },
  { keys: ["f"], says: "fit the whole graph", run: () => view?.fit() },
  { keys: ["+", "="], says: "closer", run: () => view?.zoom(1.25) },
  { keys: ["-"], says: "farther", run: () => view?.zoom(0.8) },
  { keys: ["0"], says: "a size one can read", run: () => view?.fit(true) },
  { keys: ["u"], says: "fold as when opened", run: () => state.fold_as_opened() },
  { keys: ["p"], says: "show or hide the outline", run: () => toggle_panel("outline") },
  { keys: ["t"], says: "dark or light", run: switch_theme },
  { keys: ["?"], says: "this help", run: () => (state.help_open.value = !state.help_open.value) },
  { keys: ["Escape"], says: "back", run: back },
];

const name_of = (event: KeyboardEvent) =>
  event.shiftKey && event.key.startsWith("Arrow")
    ? `Shift+${event.key}`
    : event.key === " "
      ? "Space"
      : event.key;

export function listen() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement,
      typing = target.matches("input:not([type=range]), textarea, select");
    const name = name_of(event),
      binding = bindings.find(({ keys }) => keys.includes(name));
    if (!binding || (typing && name !== "Escape")) return;
    const is_letter = name.length === 1 && name !== "?" && name !== "+" && name !== "-";
    if (is_letter && !state.letters_on.value) return;
    if ((name === "Space" || name === "Enter") && target.matches("button, summary, a, [role=tab]"))
      return;
    if (/Arrow|Home|End/.test(name) && target.matches("[role=tab], input[type=range]")) return;
    if (
      state.tab.value !== "graph" &&
      !["?", "t", "Escape", "Space", "ArrowRight", "ArrowLeft", "b", "Home", "End"].includes(name)
    )
      return;
    event.preventDefault();
    binding.run();
  });
}
