// Large files within their budgets: 10,000 nodes open in 1 s and 100,000 in 4 s, and panning keeps
// 30 frames a second (two animation frames in at most 67 ms at the median), folded and unfolded.
// The figures are printed. A machine that is busy with other work is given several tries and three
// times the budget: what is to be found here is a page that has become slow, not a slow minute.
import assert from "node:assert/strict";
import test, { after } from "node:test";
import { close, open, page_file, settle } from "./help.mjs";

after(close);
const patience = 3,
  frames = 67;
/** The least of several measurements, no more of them than it takes to get below the budget. */
async function best_of(tries, budget, measure) {
  const list = [];
  while (list.length < tries && !(Math.min(...list) < budget)) list.push(await measure());
  return list;
}

/** Milliseconds for two animation frames while dragging: median and worst. */
const drag = (page) =>
  page.evaluate(async () => {
    const canvas = document.querySelector(".picture"),
      list = [];
    const fire = (type, x) =>
      canvas.dispatchEvent(
        new PointerEvent(type, {
          clientX: x,
          clientY: 400,
          buttons: 1,
          pointerId: 1,
          bubbles: true,
        }),
      );
    canvas.setPointerCapture = () => {};
    fire("pointerdown", 700);
    for (let i = 0; i < 40; ++i) {
      const start = performance.now();
      fire("pointermove", 700 - 6 * i);
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      list.push(performance.now() - start);
    }
    fire("pointerup", 400);
    return list.sort((a, b) => a - b)[20];
  });

for (const [name, budget] of [
  ["scalars_10k", 1000],
  ["scalars_100k", 4000],
  ["scalars_100k_flat", 4000],
])
  test(`${name} opens within ${budget} ms and pans at 30 frames a second`, async (t) => {
    const warm = await open("square"); // the browser's own start is not the page's
    await warm.finish();
    page_file(name);
    const page = await open(name);
    const opened = await best_of(6, budget, async () => {
      const start = performance.now();
      await page.reload();
      await page.waitForSelector(".row");
      await settle(page);
      return performance.now() - start;
    });
    const said = (list) => list.map((ms) => ms.toFixed(0)).join(", ");
    const pans = async (what) => {
      const pan = await best_of(4, frames, () => drag(page));
      t.diagnostic(`${what}: two frames of panning in ${said(pan)} ms`);
      assert.ok(Math.min(...pan) < patience * frames, `${what}: ${said(pan)} ms`);
    };
    t.diagnostic(`opened in ${said(opened)} ms of ${budget}`);
    assert.ok(Math.min(...opened) < patience * budget, `${said(opened)} ms`);
    await pans("as opened");
    if (name === "scalars_10k") {
      await page.click("text=Unfold all");
      await page.click(".notice button");
      await settle(page);
      for (const key of ["f", "0"]) {
        await page.keyboard.press(key);
        await pans(`unfolded, after ${key}`);
      }
    }
    await page.finish();
  });
