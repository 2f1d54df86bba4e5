// Two sets of numbers for the same graph side by side: two steps of training, or this file and another.
import { signal } from "@preact/signals";
import { load } from "../model/load.js";
import { Model } from "../model/model.js";
import { replayed } from "../model/replay.js";
import { differences, type Difference } from "../model/compare.js";
import { brief } from "../model/numbers.js";
import { brief_tensor } from "../model/tensors.js";
import { TensorView } from "./tensor_view.js";
import * as state from "./state.js";

const sides = signal<[string, string]>(["0", "file"]);
const by = signal<"value" | "upstream">("value");
const picked = signal(-1);

function side_model(side: string): Model | undefined {
  if (side === "other") return state.other.value && new Model(state.other.value);
  const replay = state.snapshot.value.training?.replays?.[Number(side)];
  return replay ? new Model(replayed(state.snapshot.value, replay)) : state.base_model.value;
}

export function Compare() {
  const replays = state.snapshot.value.training?.replays ?? [],
    unit = state.snapshot.value.training?.unit ?? "step";
  const [a, b] = [0, 1].map((i) =>
    side_model(replays.length || sides.value[i] !== "0" ? sides.value[i]! : "file"),
  ) as [Model, Model];
  const choices = [
    ...replays.map((replay, i) => ({ key: String(i), name: `${unit} ${replay.step}` })),
    { key: "file", name: "this file" },
    ...(state.other.value
      ? [{ key: "other", name: `other: ${state.other.value.title ?? "untitled"}` }]
      : []),
  ];
  const choose = (i: number) => (
    <label>
      {i ? "with " : "Compare "}
      <select
        value={sides.value[i]}
        onChange={(event) =>
          (sides.value = i
            ? [sides.value[0], event.currentTarget.value]
            : [event.currentTarget.value, sides.value[1]])
        }
      >
        {choices.map(({ key, name }) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
  const list = a && b ? differences(a, b, by.value) : [];
  return (
    <div class="compare-view">
      <div class="controls">
        {choose(0)} {choose(1)}
        <label class="button">
          Open the other run
          <input
            class="hidden"
            type="file"
            accept=".json,application/json"
            onChange={(event) => open_other(event.currentTarget.files)}
          />
        </label>
        {(["value", "upstream"] as const).map((what) => (
          <button key={what} aria-pressed={by.value === what} onClick={() => (by.value = what)}>
            {what}s
          </button>
        ))}
      </div>
      {a && b && a.nodes.length !== b.nodes.length && (
        <p class="problem">
          The graphs differ: {a.nodes.length} and {b.nodes.length} nodes. Nodes are matched by their
          place.
        </p>
      )}
      {list.length === 0 ? (
        <p>
          No difference
          {replays.length || state.other.value
            ? ""
            : ". Open another run, or a file with recorded epochs"}
          .
        </p>
      ) : (
        <Table list={list} a={a} b={b} />
      )}
      {picked.value >= 0 && a.nodes[picked.value] && b.nodes[picked.value] && (
        <Pair a={a} b={b} node={picked.value} />
      )}
    </div>
  );
}

function Table({ list, a, b }: { list: Difference[]; a: Model; b: Model }) {
  const most = list[0]!.size || 1;
  return (
    <table>
      <caption>
        {list.length} nodes differ; the largest first{list.length > 200 && ", 200 shown"}
      </caption>
      <thead>
        <tr>
          <th>node</th>
          <th>first</th>
          <th>second</th>
          <th>largest difference</th>
          <th>relative</th>
        </tr>
      </thead>
      <tbody>
        {list.slice(0, 200).map(({ node, size, relative }) => (
          <tr key={node} class={picked.value === node ? "current" : ""}>
            <th scope="row">
              <button class="link" onClick={() => (picked.value = node)}>
                {a.symbol(node)}
              </button>{" "}
              <small>{a.node(node).op}</small>
            </th>
            <td>{brief_tensor(a.node(node)[by.value])}</td>
            <td>{brief_tensor(b.node(node)[by.value])}</td>
            <td>
              <span class="bar" style={{ width: `${Math.max(1, (60 * size) / most)}px` }} />{" "}
              {brief(size)}
            </td>
            <td>{brief(relative, 3)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Pair({ a, b, node }: { a: Model; b: Model; node: number }) {
  return (
    <div class="pair">
      {[a, b].map((model, i) => (
        <section class="card" key={i}>
          <h2>
            {model.symbol(node)} <small>{i ? "second" : "first"}</small>
          </h2>
          <TensorView label="value" tensor={model.node(node).value} tone="forward" />
          {model.node(node).upstream !== undefined && (
            <TensorView label="upstream" tensor={model.node(node).upstream!} tone="backward" />
          )}
        </section>
      ))}
    </div>
  );
}

async function open_other(files: FileList | null) {
  if (!files?.[0]) return;
  try {
    state.other.value = load(await files[0].text());
    sides.value = ["file", "other"];
  } catch (error) {
    state.notice.value = { text: (error as Error).message };
  }
}
