// The built page in a real browser, offline, from a file: stepping, folding, search, keys, links,
// exports. Every page must make no request and write nothing to the console.
import assert from "node:assert/strict";
import test, { after } from "node:test";
import { fixtures } from "../fixtures/write.mjs";
import { close, open, read_fixture, settle, source, template } from "./help.mjs";

after(close);
const { Model, step_sentence, brief_tensor } = await source(
  "model/model.ts",
  "model/words.ts",
  "model/tensors.ts",
);
const press = async (page, ...keys) => {
  for (const key of keys) await page.keyboard.press(key);
  await settle(page);
};
const sentence = (page) => page.textContent(".sentence");
const rows = (page) =>
  page.$$eval(".row .name", (list) => list.map((row) => row.firstChild.textContent.trim()));

test("the page has one placeholder and keeps its budget", () => {
  const html = template();
  assert.equal(html.split('<script type="application/json" id="snapshot">null</script>').length, 2);
  assert.ok(Buffer.byteLength(html) <= 200_000, `${Buffer.byteLength(html)} bytes`);
  assert.doesNotMatch(html, /https?:\/\/(?!www\.w3\.org\/)/);
});

for (const name of Object.keys(fixtures).filter((name) => !name.startsWith("scalars")))
  test(`${name}: opens, steps to the end and back, silently`, async () => {
    const page = await open(name);
    await press(
      page,
      "ArrowRight",
      "ArrowRight",
      "ArrowLeft",
      "End",
      "End",
      "Shift+ArrowLeft",
      "Home",
    );
    for (const tab of await page.$$("[role=tab]")) {
      await tab.click();
      await settle(page);
    }
    await page.finish();
  });

for (const name of ["or_gate", "square", "three_layers", "nan"])
  test(`${name}: at every step, forward and back, the numbers are the file's`, async () => {
    const snapshot = read_fixture(name),
      model = new Model(snapshot),
      page = await open(name, { size: [1600, 1200] });
    const check = async (at) => {
      assert.equal(await sentence(page), step_sentence(model, at));
      const shown = await page.$$eval(".row:not([aria-expanded])", (list) =>
        list.map((row) => [row.id.slice(4), row.querySelector(".numbers .forward").textContent]),
      );
      for (const [id, text] of shown) {
        const node = Number(id.slice(1)),
          { value } = model.node(node),
          known = model.forward_step[node] <= at;
        if (typeof value !== "object")
          assert.equal(text, known ? brief_tensor(value) : "·", `${id} at ${at}`);
      }
    };
    for (let at = 0; at <= model.last_step; ++at) {
      await check(at);
      await press(page, "ArrowRight");
    }
    for (let at = model.last_step; at > 0; --at) {
      await check(at);
      await press(page, "ArrowLeft");
    }
    await page.finish();
  });

test("a backward step shows symbols, numbers, result and the growing sum", async () => {
  const page = await open("square", { hash: "#s=3" });
  const card = await page.textContent(".card.step");
  for (const part of ["Backward 1 of 1", "to x", "1 · 3", "Σ x: 0", "→ +3", "= 6"])
    assert.ok(card.replaceAll("\u00a0", " ").includes(part), part);
  assert.deepEqual(
    await page.$$eval(".sum", (list) => list.map((sum) => sum.textContent.replace(/\s+/g, " "))),
    ["Σ x: 0 → +3 → 1 more to come = 3", "Σ x: 0 → +3 → +3 = 6"],
  );
  await page.finish();
});

test("a folded scope is one step and one box with its local gradient", async () => {
  const page = await open("or_gate");
  await page.click("text=Fold all");
  assert.ok((await rows(page)).includes("ŷ"));
  await press(page, "ArrowRight");
  assert.equal(await sentence(page), "Forward step 4 of 8: box z = 0.");
  await press(page, "b", "ArrowRight");
  assert.equal(
    await sentence(page),
    "Backward step 3 of 8: box L. Upstream 1. Local to ŷ: 0.5. Sends 0.5 to ŷ.",
  );
  assert.match(await page.textContent(".card.step"), /L as one box[^]*local to the box/);
  await page.finish();
});

test("folding keeps the selection visible; unfolding brings the rows back", async () => {
  const page = await open("two_two_two", { size: [1400, 2200] }),
    before = await rows(page);
  await page.click(".row:has-text('net_h1')");
  await press(page, "[");
  assert.equal(await page.textContent(".row.current .name"), "h1 Unit");
  assert.ok((await rows(page)).length < before.length);
  await press(page, "Enter");
  assert.deepEqual(await rows(page), before);
  await press(page, "]");
  assert.match(await page.textContent(".row.current .name"), /^w1/);
  await page.finish();
});

test("search finds by name, op and scope, and opens what hides the hit", async () => {
  const page = await open("transformer");
  await press(page, "/");
  await page.keyboard.type("attention");
  await page.keyboard.press("Enter");
  assert.match(await page.textContent(".search output"), /^1 of \d+$/);
  assert.match(await page.textContent(".card.node .quiet"), /block0 \/ attention/);
  await page.finish();
});

test("inputs and consumers can be walked; problems show their path", async () => {
  const page = await open("nan");
  await press(page, "e");
  assert.match(await page.textContent(".card.node"), /log\(-0\.2\) is NaN.*clamp p above 0/);
  await press(page, "i");
  assert.match(await page.textContent(".card.node h2"), /^p /);
  await press(page, "I");
  assert.match(await page.textContent(".card.node h2"), /^x /);
  await press(page, "I", "o");
  assert.match(await page.textContent(".card.node h2"), /^p /);
  await page.finish();
});

test("a link comes back to step, node, folding, theme and tab", async () => {
  const page = await open("two_two_two", { size: [1400, 2200] });
  await press(page, "b", "ArrowRight", "ArrowRight", "t");
  await page.click(".row:has-text('net_o1')");
  await press(page, "[");
  await page.waitForTimeout(350);
  const hash = await page.evaluate(() => location.hash),
    listed = await rows(page),
    said = await sentence(page);
  await page.finish();
  const again = await open("two_two_two", { hash, size: [1400, 2200] });
  assert.deepEqual(await rows(again), listed);
  assert.equal(await sentence(again), said);
  assert.equal(await again.textContent(".row.current .name"), "o1 Unit");
  assert.equal(await again.evaluate(() => document.documentElement.dataset.theme), "dark");
  await again.finish();
  const spoilt = await open("or_gate", {
    hash: "#s=999999&n=n99999&open=zzz!s0&epoch=44&tab=nowhere",
  });
  assert.match(await sentence(spoilt), /Backward step 8 of 8/);
  await spoilt.finish();
});

test("training: one sample is a point, what never changes has a readable axis", async () => {
  const snapshot = read_fixture("or_training"),
    { training } = snapshot;
  training.step = training.step.slice(0, 1);
  for (const curves of [training.curves, training.gradient_norms])
    for (const name of Object.keys(curves)) curves[name] = [1e-4];
  const page = await open("one_sample", { snapshot, hash: "#tab=training" });
  assert.equal(
    await page.$$eval("figure.chart circle", (list) => list.length),
    Object.keys({ ...training.curves, ...training.gradient_norms }).length,
  );
  const axis = await page.$$eval("figure.chart:first-of-type svg > g text", (list) =>
    list.map((text) => text.textContent),
  );
  assert.ok(axis.includes("0.0001") && axis.includes("0.00012"), axis.join());
  await page.finish();
});

test("training: curves, a slider over epochs that replays, the boundary", async () => {
  const page = await open("or_training", { hash: "#tab=training" });
  assert.equal(await page.$$eval(".chart", (list) => list.length), 3);
  await page.focus(".epoch input");
  await page.keyboard.press("Home");
  await settle(page);
  assert.match(await page.textContent(".field"), /epoch 0/);
  await page.click("#tab-graph");
  assert.match(await page.textContent(".row:has-text('b parameter')"), /b parameter0/);
  await page.keyboard.press("End");
  await page.finish();
});

test("comparison of two epochs, and of two files", async () => {
  const page = await open("or_training", { hash: "#tab=compare" });
  assert.match(await page.textContent("caption"), /nodes differ/);
  await page.setInputFiles(".compare-view input[type=file]", {
    name: "other.json",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(read_fixture("or_training"))),
  });
  await page.waitForSelector("text=No difference");
  await page.setInputFiles(".compare-view input[type=file]", {
    name: "bad.json",
    mimeType: "application/json",
    buffer: Buffer.from("{}"),
  });
  await page.waitForSelector("text=not a trace");
  await page.finish();
});

test("heatmaps give the exact value under the pointer and to the arrow keys", async () => {
  const page = await open("or_vectorised", { hash: "#s=4&n=n6" }),
    values = read_fixture("or_vectorised").nodes[6].value.values;
  await page.hover(".heatmap canvas", { position: { x: 60, y: 20 } });
  assert.equal(await page.textContent(".heatmap output"), `[0, 1] = ${values[1]}`);
  await page.focus(".heatmap canvas");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.match(await page.textContent(".heatmap output"), /^\[0, 3\] = /);
  await page.finish();
});

test("play steps by itself and pauses", async () => {
  const page = await open("or_gate");
  await press(page, "Space");
  await page.waitForFunction(
    () => /step 1/.test(document.querySelector(".sentence").textContent),
    undefined,
    { timeout: 3000 },
  );
  await press(page, "Space");
  const stopped = await sentence(page);
  await page.waitForTimeout(1200);
  assert.equal(await sentence(page), stopped);
  await page.finish();
});

test("colours stay apart for colour-blind eyes, and forced colours keep the page usable", async () => {
  const page = await open("or_gate", { hash: "#s=12", forcedColors: "active" });
  assert.ok(await page.isVisible(".transport"));
  const session = await page.context().newCDPSession(page);
  for (const type of ["protanopia", "deuteranopia", "tritanopia"])
    await session.send("Emulation.setEmulatedVisionDeficiency", { type });
  await page.finish();
});
