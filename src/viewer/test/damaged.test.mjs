// Damaged files: whatever is changed in a trace, it is refused with a reason or shown without failing.
import assert from "node:assert/strict";
import test from "node:test";
import { random } from "../fixtures/tensor.mjs";
import { read_fixture, source } from "./help.mjs";

const page = await source(
  "model/load.ts",
  "model/model.ts",
  "model/groups.ts",
  "model/fold.ts",
  "model/words.ts",
  "draw/arrange.ts",
  "draw/scene.ts",
  "draw/svg.ts",
  "draw/theme.ts",
);

/** Loads and shows everything that is drawn at the start, in the middle and at the end. */
function show(snapshot) {
  const model = new page.Model(page.load(JSON.stringify(snapshot))),
    tree = page.group_tree(model);
  for (const open of [new Set(), page.auto_open(tree)]) {
    const scene = page.arrange(model, tree, open);
    for (const at of [0, Math.floor(model.last_step / 2), model.last_step]) {
      page.step_sentence(model, at);
      const look = { model, tree, at, path: new Set(), theme: page.light, detail: "full" };
      const list = page.draw_scene(scene, look, page.everything);
      assert.ok(page.to_svg(list, { x: 0, y: 0, w: 1, h: 1 }, "#fff", "t").endsWith("</svg>\n"));
    }
  }
}

const odd = [
  null,
  true,
  -1,
  1e9,
  0.5,
  "NaN",
  "x",
  "",
  [],
  {},
  [null],
  { shape: [2] },
  "constructor",
];

function places(value, path = []) {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.keys(value).flatMap((key) => places(value[key], [...path, key]))];
}

for (const name of ["or_gate", "three_layers", "nan"])
  test(`${name}, damaged in 500 ways`, () => {
    const whole = read_fixture(name),
      all = places(whole).filter((path) => path.length > 0),
      draw = random(1);
    const pick = (list) => list[Math.floor(draw.uniform() * list.length)];
    let refused = 0;
    for (let i = 0; i < 500; ++i) {
      const damaged = structuredClone(whole),
        path = pick(all),
        last = path.at(-1);
      const parent = path.slice(0, -1).reduce((value, key) => value[key], damaged);
      if (draw.uniform() < 0.3)
        Array.isArray(parent) ? parent.splice(last, 1) : delete parent[last];
      else parent[last] = pick(odd);
      try {
        show(damaged);
      } catch (error) {
        if (!(error instanceof page.BadSnapshot)) {
          error.message += ` (at ${path.join(".")} = ${JSON.stringify(parent[last])})`;
          throw error;
        }
        ++refused;
      }
    }
    assert.ok(refused > 100);
  });

test("a trace without backward, and one with empty tensors", () => {
  const forward_only = read_fixture("or_gate");
  delete forward_only.cost;
  for (const node of forward_only.nodes) {
    delete node.upstream;
    node.upstream_state = "pending";
    for (const input of node.inputs ?? []) delete input.contribution;
  }
  show(forward_only);
  const empty = read_fixture("square");
  empty.nodes.forEach((node) => (node.value = { shape: [0, 3], values: [] }));
  show(empty);
});
