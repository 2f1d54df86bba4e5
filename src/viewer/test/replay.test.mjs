// An earlier epoch shows its own numbers or says that they were not kept, never the last epoch's;
// what was judged once says when; a NaN is never hidden in a norm; names are text, whatever they are.
import assert from "node:assert/strict";
import test, { after } from "node:test";
import { close, open, read_fixture, settle, source } from "./help.mjs";

after(close);
const page_of = await source(
  "model/model.ts",
  "model/replay.ts",
  "model/steps.ts",
  "model/words.ts",
  "model/formula.ts",
  "model/latex.ts",
  "model/tensors.ts",
);
const { Model, replayed, brief_tensor, latex_name, latex_partial, pretty, summarise } = page_of;

test("what a replay has not kept is said to be not kept", () => {
  const snapshot = read_fixture("or_training"),
    [first] = snapshot.training.replays,
    add = 5;
  first.nodes = first.nodes.filter(({ node }) => node !== add);
  delete first.nodes.find(({ node }) => node === add + 1).inputs[0].local;
  const last = new Model(snapshot),
    model = new Model(replayed(snapshot, first));
  assert.equal(brief_tensor(model.node(add).value), "not kept");
  assert.equal(brief_tensor(model.node(add).upstream), "not kept");
  assert.equal(brief_tensor(model.inputs(add + 1)[0].local.value), "not kept");
  // the steps stay the same: a link to one of them means the same at every epoch
  assert.deepEqual(model.backward, last.backward);
  for (let at = 0; at <= model.last_step; ++at)
    assert.ok(page_of.step_sentence(model, at).length > 0);
  assert.match(page_of.step_sentence(model, model.backward_step[add]), /Upstream not kept/);
  assert.deepEqual(model.snapshot.problems, []);
  assert.equal(model.snapshot.update, undefined);
});

test("constants are the same at every epoch", () => {
  const snapshot = read_fixture("or_training"),
    [first] = snapshot.training.replays,
    constant = snapshot.nodes.findIndex((node) => node.kind === "constant");
  first.nodes = [];
  const model = new Model(replayed(snapshot, first));
  assert.deepEqual(model.node(constant).value, snapshot.nodes[constant].value);
});

test("a NaN is not hidden in a norm, and a norm does not overflow", () => {
  const values = ["NaN", 0, 0, 0, "Infinity", 0];
  assert.equal(brief_tensor({ shape: [2, 3], values }), "2×3, 1 NaN, 1 infinite");
  for (const size of [1e200, 1e-200, 1e-300])
    assert.ok(
      Math.abs(summarise(Float64Array.of(3 * size, 4 * size)).norm / (5 * size) - 1) < 1e-15,
    );
  assert.equal(summarise(Float64Array.of(2, 4)).std, 1);
});

test("names are text", () => {
  assert.equal(latex_name("constructor"), "\\mathrm{constructor}");
  assert.doesNotMatch(latex_partial("__proto__", "toString"), /function|object/);
  assert.equal(pretty("upstream * upstream_x - a^T"), "ḡ · upstream_x − aᵀ");
});

test("training at an earlier epoch: the legend follows, what does not says so", async () => {
  const snapshot = read_fixture("or_training");
  snapshot.training.confusion = {
    classes: ["0", "1"],
    counts: [
      [1, 0],
      [0, 3],
    ],
  };
  snapshot.training.examples = [{ truth: "1", predicted: "1", loss: 0.1 }];
  const page = await open("labels", { snapshot, hash: "#tab=training&epoch=0" });
  const { step, curves } = snapshot.training,
    legend = await page.textContent(".chart .keys");
  assert.match(legend, /epoch 0:/);
  assert.ok(legend.includes(page_of.brief_tensor(curves.cost[0])), legend);
  const last = step.at(-1);
  assert.match(
    await page.textContent(".confusion caption"),
    new RegExp(`after the last epoch, ${last}`),
  );
  assert.match(
    await page.textContent(".worst figcaption"),
    new RegExp(`after the last epoch, ${last}`),
  );
  await page.focus(".epoch input");
  await page.keyboard.press("End");
  await settle(page);
  assert.match(await page.textContent(".chart .keys"), new RegExp(`epoch ${last}:`));
  await page.finish();
});
