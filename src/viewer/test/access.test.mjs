// Accessibility by axe on every view in both themes, and the outline as a screen reader meets it.
import assert from "node:assert/strict";
import test, { after } from "node:test";
import { close, open, settle, violations } from "./help.mjs";

after(close);
for (const colorScheme of ["light", "dark"])
  for (const [name, hash] of [
    ["or_gate", "#s=12"],
    ["or_gate", "#s=3"],
    ["three_layers", "#s=20&n=n14"],
    ["nan", "#s=9&n=n3"],
    ["two_two_two", "#n=s0"],
    ["classifier", "#tab=training"],
    ["three_layers", "#tab=neurons&s=30"],
    ["or_training", "#tab=compare"],
  ])
    test(`${name}${hash}, ${colorScheme}: axe finds nothing`, async () => {
      const page = await open(name, { hash, colorScheme });
      assert.deepEqual(await violations(page), []);
      await page.finish();
    });

test("help and the export menu, open: axe finds nothing", async () => {
  const page = await open("or_gate");
  await page.click(".menu summary");
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press("?");
  await settle(page);
  assert.ok(await page.isVisible("dialog.help"));
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog.help", { state: "hidden" });
  await page.finish();
});

test("the outline is a tree with levels, places and states; arrows walk and fold it", async () => {
  const page = await open("or_gate", { hash: "#s=12" });
  const tree = await page.locator(".outline").ariaSnapshot();
  assert.match(tree, /treeitem "▾? ?ŷ Sigmoid" \[expanded\]/);
  assert.match(tree, /treeitem "ŷ sigmoid 0\.5 0\.5"/);
  await page.focus(".outline");
  await page.keyboard.press("Home");
  for (let i = 0; i < 7; ++i) await page.keyboard.press("ArrowDown");
  await settle(page);
  assert.equal(await page.getAttribute(".row.current", "aria-expanded"), "true");
  await page.keyboard.press("ArrowLeft");
  await settle(page);
  assert.equal(await page.getAttribute(".row.current", "aria-expanded"), "false");
  assert.equal(
    await page.getAttribute(".outline", "aria-activedescendant"),
    await page.getAttribute(".row.current", "id"),
  );
  await page.finish();
});

test("single letters can be switched off", async () => {
  const page = await open("or_gate");
  await page.keyboard.press("?");
  await page.click(".help input[type=checkbox]");
  await page.keyboard.press("Escape");
  await page.keyboard.press("b");
  await settle(page);
  assert.match(await page.textContent(".sentence"), /^Start/);
  await page.keyboard.press("ArrowRight");
  await settle(page);
  assert.match(await page.textContent(".sentence"), /^Forward step 1/);
  await page.finish();
});
