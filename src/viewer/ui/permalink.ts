// The state in the address's hash, so that a link, or a reload, comes back to the same step, node and
// folding: #s=7&n=n4&open=s0.s2&tab=graph&epoch=3. Works from a file.
import { effect } from "@preact/signals";
import * as state from "./state.js";
import type { Tab } from "./state.js";

export function read_hash(hash = location.hash) {
  const fields = new URLSearchParams(hash.slice(1)),
    tabs: Tab[] = ["graph", "training", "neurons", "pictures", "compare"];
  const whole = (name: string) =>
    fields.has(name) && /^-?\d+$/.test(fields.get(name)!) ? Number(fields.get(name)) : undefined;
  if (fields.has("open")) {
    const keys = fields
      .get("open")!
      .split("!")
      .filter((key) => state.tree.value.by_key.has(key));
    state.open.value = new Set(keys);
  }
  const epoch = whole("epoch"),
    step = whole("s"),
    key = fields.get("n"),
    tab = fields.get("tab") as Tab;
  // a link without an epoch is one to the file's own numbers
  const replays = state.snapshot.value.training?.replays?.length ?? 0;
  state.epoch.value = epoch !== undefined && epoch >= 0 && epoch < replays ? epoch : -1;
  if (step !== undefined) state.go_to(step);
  if (
    key &&
    (state.key_to_group(key) ||
      (state.key_to_node(key) >= 0 && state.key_to_node(key) < state.model.value.nodes.length))
  )
    state.selected.value = key;
  if (tabs.includes(tab) && state.has_tab(tab)) state.tab.value = tab;
  const theme = fields.get("theme");
  if (theme === "dark" || theme === "light") state.chosen_theme.value = theme;
}

export function permalink(): string {
  const fields = new URLSearchParams({ s: String(state.at.value) });
  if (state.selected.value) fields.set("n", state.selected.value);
  const open = [...state.open.value];
  if (open.length <= 400) fields.set("open", open.join("!"));
  if (state.tab.value !== "graph") fields.set("tab", state.tab.value);
  if (state.epoch.value >= 0) fields.set("epoch", String(state.epoch.value));
  if (state.chosen_theme.value) fields.set("theme", state.chosen_theme.value);
  return `#${fields}`;
}

/**
 * Browsers limit how often the address may change, so it follows after a pause. Before a trace is shown
 * there is no state to write down: the address is still the link that a packed trace will be opened at.
 */
export function keep_hash() {
  let timer = 0,
    own = "";
  effect(() => {
    if (!state.snapshot.value.nodes.length) return;
    const next = permalink();
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      own = next;
      history.replaceState(undefined, "", next);
    }, 200);
  });
  window.addEventListener("hashchange", () => location.hash !== own && read_hash());
}
