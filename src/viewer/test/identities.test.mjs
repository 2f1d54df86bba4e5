// What the page says against the file, at every epoch, folded and unfolded, at every step back: the
// numbers of the status line, of the step card, of the Inputs table and of the canvas are the JSON's,
// and local x arrived = sent to the digits that are printed.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import test, { after } from "node:test";
import { close, here, open, source } from "./help.mjs";
import { box_at, every, group_nodes, readings, sends, state_at } from "./identities.mjs";

after(close);
const folder = here("../../../docs/gallery");
const pages = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith(".html"))
  : [];
const { Model, load, group_tree, brief_tensor, number_or_shape, numbers_of, brief } = await source(
  "model/model.ts",
  "model/load.ts",
  "model/groups.ts",
  "model/tensors.ts",
  "model/numbers.ts",
);
const data_of = (name) =>
  readFileSync(`${folder}/${name}`, "utf8").match(/ id="snapshot">(.*?)<\/script>/s)[1];
const flat = (t) =>
  t === undefined || (typeof t === "object" && !t.values)
    ? undefined
    : typeof t === "object"
      ? [...numbers_of(t.values)]
      : [Number(t)];

/** The texts of one state against the JSON; how many products could be read back. */
function hold(model, shot, reading, where) {
  const { step, open, sentence, canvas } = reading;
  const node = model.backward[step - model.seed_step - 1],
    tree = group_tree(model),
    group = open ? undefined : outermost(tree.of_node[node]);
  const edges = group
    ? box_at(model, shot, group, flat)
    : shot.nodes[node].inputs.map((input) => ({ ...input, local: input.local_of_op }));
  const head = group && edges.output >= 0 ? edges.output : group ? undefined : node;
  if (head === undefined) return 0; // a box with several outputs has no local gradient
  const upstream = shot.nodes[head].upstream,
    said = sentence.match(/Upstream (.+?)\. (?:Local|Sends|\S+ takes|$)/)?.[1];
  if (said !== undefined) assert.equal(said, brief_tensor(upstream), `${where}: upstream`);
  let read = 0;
  for (const line of sends(sentence)) {
    const edge = (group ? edges.inputs : edges).find(
      (one) => model.symbol(one.node) === line.to && brief_tensor(one.contribution) === line.sent,
    );
    assert.ok(edge, `${where}: "${line.sent}" to ${line.to} is not in the file`);
    if (line.local !== undefined)
      assert.equal(line.local, brief_tensor(edge.local), `${where}: local to ${line.to}`);
    read += Number(line.holds(said, where));
  }
  const locals = new Set(every(model, shot, open, tree).map((x) => `×${brief(x, 3)}`));
  for (const text of canvas.filter((text) => /^×[\d−.]/.test(text)))
    assert.ok(locals.has(text), `${where}: ${text} on the canvas is no local of this epoch`);
  return read;
}
const outermost = (group) => {
  while (group.parent && group.parent.made !== "root") group = group.parent;
  return group.made === "root" ? undefined : group;
};

for (const name of pages)
  test(`${name}: local x arrived = sent, at every epoch, folded and not`, async () => {
    const text = data_of(name),
      snapshot = load(text),
      model = new Model(snapshot),
      replays = snapshot.training?.replays ?? [];
    const epochs = [-1, 0, replays.length >> 1, replays.length - 1].filter(
      (epoch, i, all) => epoch < replays.length && all.indexOf(epoch) === i,
    );
    const page = await open(`identities_${name.replace(".html", "")}`, {
      snapshot: text,
      size: [1440, 900],
      recorded: true,
    });
    const open_keys = [...group_tree(model).by_key.keys()].join("!");
    let read = 0;
    for (const reading of await readings(page, model, epochs, open_keys)) {
      const shot = state_at(snapshot, replays[reading.epoch]);
      const where = `${name} epoch ${reading.epoch} step ${reading.step} ${reading.open ? "unfolded" : "folded"}`;
      read += hold(model, shot, reading, where);
      for (const [node, rows] of reading.cards)
        rows.forEach(([local, sent], slot) => {
          const input = shot.nodes[node].inputs[slot];
          if (input.local_of_op !== undefined)
            assert.equal(local, number_or_shape(input.local_of_op), `${where}: card of ${node}`);
          if (input.contribution !== undefined)
            assert.equal(sent.replace("Σ ", ""), number_or_shape(input.contribution), where);
        });
    }
    if (/or_gate|two_two_two|three_layers/.test(name))
      assert.ok(read > 10, `${read} products read`);
    assert.ok(group_nodes(model) >= 0);
    await page.finish();
  });

test("or_gate at epoch 0, folded: the sigmoid's box says epoch 0's local", async () => {
  const page = await open("or_gate_fold", {
    snapshot: data_of("or_gate.html"),
    hash: "#epoch=0&s=13&open=",
  });
  assert.match(
    await page.textContent(".sentence"),
    /Local to Z: \[0\.25  0\.229  0\.249  0\.222\]/,
  );
  assert.match(await page.textContent(".card.step"), /\[0\.25  0\.229  0\.249  0\.222\]/);
  await page.finish();
});

test("or_gate to b: four products, then their sum, and it is said to be one", async () => {
  const text = data_of("or_gate.html"),
    model = new Model(load(text)),
    add = model.nodes.findIndex((node) => node.name === "Z");
  const page = await open("or_gate_b", {
    snapshot: text,
    hash: `#epoch=0&s=${model.backward_step[add]}`,
    size: [1440, 900],
  });
  const lines = await page.$$eval(".card.step .sends:last-of-type .line", (list) =>
    list.map((line) => line.textContent),
  );
  const products = lines.find((line) => line.includes("one per entry")),
    result = lines.find((line) => line.includes("summed over the 4 entries to (1, 1)"));
  assert.ok(products && result, lines.join("\n"));
  const numbers = (line) =>
    line.match(/−?\d+\.?\d*(?:e−?\d+)?/g).map((x) => Number(x.replaceAll("−", "-")));
  const four = numbers(products).slice(0, 4),
    [one] = numbers(result);
  assert.equal(four.length, 4);
  assert.ok(Math.abs(four.reduce((a, b) => a + b) - one) < 2e-3, `${four} sum to ${one}`);
  await page.finish();
});
