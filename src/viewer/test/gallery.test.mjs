// Pages that the C++ engine wrote, as they lie in docs/gallery: they follow the schema, open and step
// silently, show the file's numbers, and their pictures are drawn from the file's numbers.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import test, { after } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { close, here, open, settle, source, violations } from "./help.mjs";

after(close);
const folder = here("../../../docs/gallery");
const validate = new Ajv2020({ strict: false }).compile(
  JSON.parse(readFileSync(here("../../../docs/snapshot.schema.json"), "utf8")),
);
const { Model, load, step_sentence, numbers_of } = await source(
  "model/model.ts",
  "model/load.ts",
  "model/words.ts",
  "model/numbers.ts",
);
const pages = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith(".html"))
  : [];
const data_of = (name) =>
  readFileSync(`${folder}/${name}`, "utf8").match(/ id="snapshot">(.*?)<\/script>/s)[1];

test("there is a gallery", () => assert.ok(pages.length >= 7, String(pages)));

for (const name of pages) {
  test(`${name} follows the schema`, () =>
    assert.ok(validate(JSON.parse(data_of(name))), JSON.stringify(validate.errors?.slice(0, 3))));

  test(`${name}: every step says what the file says, every view opens, silently`, async () => {
    const text = data_of(name),
      snapshot = load(text),
      model = new Model(snapshot);
    const page = await open(name.replace(".html", ""), { snapshot: text });
    await page.click("text=Unfold all");
    const said = await page.evaluate(async (steps) => {
      const list = [];
      for (let at = 0; at <= steps; ++at) {
        list.push(document.querySelector(".sentence").textContent);
        document.body.dispatchEvent(
          new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }),
        );
        await new Promise(requestAnimationFrame);
      }
      return list;
    }, model.last_step);
    assert.deepEqual(
      said,
      said.map((_, at) => step_sentence(model, at)),
    );
    for (const tab of await page.$$("[role=tab]")) {
      await tab.click();
      await settle(page);
    }
    await page.finish();
  });
}

for (const colorScheme of ["light", "dark"])
  test(`pictures, ${colorScheme}: drawn where the numbers say; axe finds nothing`, async () => {
    const text = data_of("or_gate.html"),
      page = await open("or_gate", { snapshot: text, hash: "#tab=pictures", colorScheme }),
      charts = load(text).charts;
    assert.equal(await page.$$eval(".teaching", (list) => list.length), charts.length);
    const index = charts.findIndex(({ title }) => title.includes("along one weight")),
      [panel] = charts[index].panels,
      figure = page.locator(".teaching").nth(index);
    const border = await figure
      .locator(".border")
      .evaluate((e) => ["x", "y", "width", "height"].map((key) => Number(e.getAttribute(key))));
    const [x, y] = await figure
      .locator("circle")
      .first()
      .evaluate((e) => ["cx", "cy"].map((key) => Number(e.getAttribute(key))));
    const near = (a, b) => assert.ok(Math.abs(a - b) < 0.01, `${a} is not ${b}`);
    const point = panel.points[0];
    near((x - border[0]) / border[2], (point.x - panel.x[0]) / (panel.x[1] - panel.x[0]));
    near(1 - (y - border[1]) / border[3], (point.y - panel.y[0]) / (panel.y[1] - panel.y[0]));
    // the tangent touches the curve there
    const [curve, tangent] = panel.lines,
      at = [...numbers_of(curve.x)].findIndex((value) => Math.abs(value - point.x) < 1e-9);
    near(curve.y[at], point.y);
    near((tangent.y[0] + tangent.y[1]) / 2, point.y);
    assert.deepEqual(await violations(page), []);
    await page.finish();
  });

test("softmax's local gradient is shown as formula and as a matrix", async () => {
  const text = data_of("three_layers.html"),
    model = new Model(load(text)),
    p = model.nodes.findIndex((node) => node.op === "softmax");
  const page = await open("three_layers", {
    snapshot: text,
    hash: `#s=${model.backward_step[p]}`,
    size: [1400, 1200],
  });
  const card = await page.textContent(".card.step");
  assert.match(card, /upstream ḡ ↦ p · \(ḡ − sum\(ḡ · p, axis −1\)\)/);
  assert.match(card, /diag\(p\) − p · pᵀ/);
  const shown = await page.$$eval(".card.step .matrix td", (list) => list.map((td) => td.title));
  assert.deepEqual(shown.map(Number), model.inputs(p)[0].local.matrix.values);
  assert.equal(shown.length, 9);
  await page.finish();
});
