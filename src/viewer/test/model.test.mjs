// The numbers and words behind the page, against the schema, the worked examples and themselves.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import Ajv from "ajv/dist/2020.js";
import { fixtures } from "../fixtures/write.mjs";
import { fixture, here, read_fixture, source } from "./help.mjs";

const page = await source(
  "model/load.ts",
  "model/model.ts",
  "model/replay.ts",
  "model/stretched.ts",
  "model/steps.ts",
  "model/tensors.ts",
  "model/groups.ts",
  "model/fold.ts",
  "model/words.ts",
  "model/formula.ts",
  "model/latex.ts",
  "model/numbers.ts",
  "model/scope_box.ts",
  "model/paths.ts",
  "model/compare.ts",
  "model/stack.ts",
  "ui/zip.ts",
);
const { Model, brief, values_of } = page;
const validate = new Ajv({ strict: false }).compile(
  JSON.parse(readFileSync(here("../../../docs/snapshot.schema.json"), "utf8")),
);
const model_of = (name) => new Model(page.load(JSON.stringify(fixture(name))));
const find = (model, name) => model.nodes.findIndex((node) => node.name === name);
const close = (a, b, tolerance = 1e-11) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${a} is not ${b}`);

for (const name of Object.keys(fixtures))
  test(`${name} follows the schema and its contributions add up`, () => {
    const snapshot = read_fixture(name);
    assert.ok(validate(snapshot), JSON.stringify(validate.errors));
    const model = new Model(snapshot),
      every = Math.ceil(model.nodes.length / 3000);
    for (let node = 0; node < model.nodes.length; node += every) {
      const { state, arrived, total } = page.upstream_at(model, node, model.last_step),
        whole = values_of(model.node(node).upstream);
      if (!arrived.length || !whole || state !== "complete") continue;
      const sum = whole.map((_, i) =>
        arrived.reduce((s, { contribution }) => s + values_of(contribution)[i], 0),
      );
      sum.forEach((value, i) =>
        Number.isNaN(whole[i]) ? assert.ok(Number.isNaN(value)) : close(value, whole[i], 1e-9),
      );
      assert.equal(total, model.node(node).upstream);
    }
  });

test("the slides' numbers: OR gate, 2-2-2", () => {
  const gate = model_of("or_gate");
  close(gate.node(find(gate, "L")).value, 0.125);
  close(gate.node(find(gate, "b")).upstream, 0.125);
  assert.equal(gate.node(find(gate, "w1")).upstream, 0);
  const two = model_of("two_two_two");
  close(two.node(find(two, "E")).value, 0.29837110876, 1e-11);
  close(two.node(find(two, "w1")).upstream, 0.000438567734, 1e-11);
  close(two.node(find(two, "h1")).upstream, 0.036350306393, 1e-11);
  const { arrived } = page.upstream_at(two, find(two, "h1"), two.last_step);
  assert.deepEqual(
    arrived.map(({ contribution }) => Number(contribution.toFixed(12))),
    [-0.019049118258, 0.055399424651],
  );
});

test("three boxes: a scope is one box with one local gradient per input", () => {
  const model = model_of("or_gate"),
    tree = page.group_tree(model);
  const locals = (key) =>
    page
      .scope_box(model, tree.by_key.get(key))
      .inputs.map(({ node, local }) => [model.symbol(node), local]);
  assert.deepEqual(locals("s0"), [
    ["x1", 0.1],
    ["x2", 0.6],
    ["w1", 0],
    ["w2", 0],
    ["b", 1],
  ]);
  assert.deepEqual(locals("s1"), [["z", 0.25]]);
  assert.deepEqual(locals("s2").at(-1), ["ŷ", 0.5]);
});

test("paths to the cost as products add up to the upstream", () => {
  const model = model_of("two_two_two"),
    node = find(model, "w1");
  const { count, listed, total } = page.paths_to_cost(model, node);
  assert.equal(count, 2);
  assert.equal(listed.length, 2);
  close(total, model.node(node).upstream, 1e-14);
});

test("folding: never more than 300 boxes at first, equal blocks in one, chunks of a flat graph", () => {
  for (const name of Object.keys(fixtures)) {
    const model = model_of(name),
      tree = page.group_tree(model);
    assert.ok(page.count_boxes(tree.root, page.auto_open(tree)) <= 300, name);
  }
  const tree = page.group_tree(model_of("transformer"));
  assert.ok(
    tree.root.groups.some((group) => group.name === "Block ×12" && group.groups.length === 12),
  );
  const flat = page.group_tree(model_of("scalars_100k_flat"));
  assert.equal(flat.root.nodes.length, 0);
  assert.equal(flat.root.groups[0].name, "ops 1–400");
});

test("sentences and formulas", () => {
  const model = model_of("or_gate"),
    at = model.seed_step + 4;
  assert.equal(page.step_sentence(model, 1), "Forward step 1 of 8: mul v1 = w1 · x1 = 0.");
  assert.equal(
    page.step_sentence(model, at),
    "Backward step 4 of 8: ŷ (sigmoid). Upstream 0.5. Local to z: 0.25. Sends 0.125 to z.",
  );
  const yhat = find(model, "ŷ");
  assert.deepEqual(page.local_formula(model, yhat, 0), {
    symbols: "ŷ · (1 − ŷ)",
    numbers: "0.5 · (1 − 0.5)",
  });
  const softmax = model_of("three_layers");
  assert.deepEqual(page.local_formula(softmax, find(softmax, "p"), 0), {
    symbols: "diag(p) − p · pᵀ",
    numbers: "diag([0.198  0.285  0.516]) − [0.198  0.285  0.516] · [0.198  0.285  0.516]ᵀ",
  });
  const square = model_of("square");
  assert.match(
    page.step_sentence(square, 3),
    /Sends 3 to x, total now 3 \(1 of 2\)\. .*Sends 3 to x, total now 6 \(2 of 2\)\./,
  );
  assert.equal(page.latex_name("w1"), "w_{1}");
  assert.equal(page.latex_name("E_o1"), "E_{o1}");
  assert.equal(page.latex_name("a&b$"), "\\text{a\\&b\\$}");
});

test("three states are three texts", () => {
  const model = model_of("nan"),
    text = (name, at) => page.upstream_text(model, find(model, name), at);
  assert.equal(text("x", 0), "·");
  assert.equal(text("unused", model.last_step), "—");
  assert.equal(page.upstream_text(model_of("or_gate"), 2, 99), "0");
});

test("numbers for people", () => {
  assert.deepEqual(
    [0.125, -0.018849, 1234567, 1.2e-9, 0, NaN, Infinity, -Infinity, 12345, 1, 0.1 + 0.2].map((x) =>
      brief(x),
    ),
    ["0.125", "−0.01885", "1.23e6", "1.2e−9", "0", "NaN", "∞", "−∞", "12345", "1", "0.3"],
  );
  assert.deepEqual(
    [
      ...page.numbers_of({
        type: "f64",
        base64: Buffer.from(Float64Array.of(0.1, NaN).buffer).toString("base64"),
      }),
    ],
    [0.1, NaN],
  );
  assert.deepEqual(
    [
      ...page.numbers_of({
        type: "f32",
        base64: Buffer.from(Float32Array.of(0.5).buffer).toString("base64"),
      }),
    ],
    [0.5],
  );
  assert.deepEqual(
    [
      ...page.numbers_of({
        type: "u8",
        low: -1,
        high: 1,
        base64: Buffer.from([0, 255]).toString("base64"),
      }),
    ],
    [-1, 1],
  );
});

test("what is not a trace is refused with a reason", () => {
  const good = read_fixture("square"),
    refused = (change) => {
      const bad = structuredClone(good);
      change(bad);
      return () => page.load(JSON.stringify(bad));
    };
  assert.throws(() => page.load("{"), /This is not JSON/);
  assert.throws(
    refused((s) => (s.format = "x")),
    /not a trace/,
  );
  assert.throws(
    refused((s) => (s.version = 2)),
    /reads version 1; the file says 2/,
  );
  assert.throws(
    refused((s) => (s.nodes[1].inputs[0].node = 1)),
    /Node 1 reads node 1: an input comes before its consumer/,
  );
  assert.throws(
    refused((s) => (s.nodes[1].scope = 9)),
    /scope 9, which is not there/,
  );
  assert.throws(
    refused((s) => (s.cost = 7)),
    /not there/,
  );
  assert.throws(
    refused((s) => (s.scopes = [{ name: "a", parent: 0 }])),
    /a parent comes before its children/,
  );
});

test("another epoch brings its own numbers; two epochs can be compared", () => {
  const snapshot = read_fixture("or_training"),
    first = new Model(page.replayed(snapshot, snapshot.training.replays[0])),
    last = new Model(snapshot);
  assert.deepEqual([...values_of(first.node(2).value)], [0.1, 0.6]);
  close(values_of(last.node(2).value)[0], 6.434191156278, 1e-11);
  const list = page.differences(first, last, "value");
  assert.ok(list.length > 4 && list[0].size >= list.at(-1).size);
  assert.deepEqual(page.differences(first, first, "value"), []);
});

test("neuron view reads weights by unit and input", () => {
  const model = model_of("three_layers"),
    { columns } = page.stack_of(model, model.snapshot.stack, 0);
  assert.equal(columns[1].weight(2, 0), 0.3);
  close(columns[2].gradient(0, 1), 0.032596775976, 1e-11);
  close(columns[1].updated(0, 0), 0.1 - 0.5 * 0.00072467334, 1e-11);
});

test("a zip others can open", async () => {
  const bytes = Buffer.from(
    await page.zip([{ name: "step-0000.svg", text: "<svg/>" }]).arrayBuffer(),
  );
  assert.equal(bytes.readUInt32LE(0), 0x04034b50);
  assert.equal(bytes.readUInt32LE(bytes.length - 22), 0x06054b50);
});
