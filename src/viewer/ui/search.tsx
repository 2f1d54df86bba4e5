// Finding a node by name, op, scope or number. A scan is fast enough for 100,000 nodes.
import { signal } from "@preact/signals";
import { path_text } from "../model/groups.js";
import * as state from "./state.js";

export const query = signal("");
const hits = signal<number[]>([]);
const current = signal(-1);
const most = 2000;

function find(text: string) {
  query.value = text;
  const wanted = text.trim().toLowerCase(),
    list: number[] = [];
  if (wanted) {
    const paths = new Map<unknown, string>();
    const model = state.base_model.value,
      tree = state.tree.value;
    for (let i = 0; i < model.nodes.length && list.length < most; ++i) {
      const { name, op, kind, source } = model.node(i),
        group = tree.of_node[i]!;
      if (!paths.has(group)) paths.set(group, path_text(group).toLowerCase());
      if (
        model.symbol(i).toLowerCase() === wanted ||
        `n${i}` === wanted ||
        name?.toLowerCase().includes(wanted) ||
        op.toLowerCase().includes(wanted) ||
        kind.startsWith(wanted) ||
        paths.get(group)!.includes(wanted) ||
        source?.file?.toLowerCase().includes(wanted)
      )
        list.push(i);
    }
  }
  hits.value = list;
  current.value = -1;
}

export function next_hit(step = 1) {
  const { length } = hits.value;
  if (!length) return;
  current.value = (current.value + step + length) % length;
  state.select_node(hits.value[current.value]!);
}

export function Search() {
  const { length } = hits.value;
  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        next_hit();
      }}
    >
      <label class="hidden" for="search">
        Search nodes
      </label>
      <input
        id="search"
        type="search"
        placeholder="Search  /"
        value={query.value}
        onInput={(event) => find(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            find("");
            event.currentTarget.blur();
          }
        }}
      />
      <output aria-live="polite">
        {query.value
          ? length
            ? `${current.value + 1 || "–"} of ${length}${length === most ? "+" : ""}`
            : "none"
          : ""}
      </output>
      <button
        type="button"
        disabled={!length}
        aria-label="Previous hit"
        onClick={() => next_hit(-1)}
      >
        ↑
      </button>
      <button type="submit" disabled={!length} aria-label="Next hit">
        ↓
      </button>
    </form>
  );
}
