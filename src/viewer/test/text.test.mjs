// Text on the picture, by its measured width: no two texts overlap, none lies across a box it does not
// belong to, and in the worked examples none is cut.
import assert from "node:assert/strict";
import test from "node:test";
import { read_fixture, source } from "./help.mjs";

const page = await source(
  "model/model.ts",
  "model/groups.ts",
  "model/fold.ts",
  "draw/arrange.ts",
  "draw/scene.ts",
  "draw/theme.ts",
  "draw/measure.ts",
);

function extent({ x, y, text, size, bold, anchor }) {
  const w = page.text_width(text, size, bold),
    left = anchor === "end" ? x - w : anchor === "middle" ? x - w / 2 : x;
  return { left, right: left + w, top: y - 0.78 * size, bottom: y + 0.2 * size, text };
}
const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const names = ["or_gate", "or_vectorised", "square", "two_two_two", "three_layers", "deep_chain"];
for (const name of [...names, "residual", "wide", "nan", "transformer", "circles"])
  for (const opened of ["folded", "as opened"])
    test(`${name}, ${opened}: every text has its own place`, () => {
      const model = new page.Model(read_fixture(name)),
        tree = page.group_tree(model);
      const scene = page.arrange(
        model,
        tree,
        opened === "folded" ? new Set() : page.auto_open(tree),
      );
      for (const at of [0, model.forward.length, model.last_step]) {
        const look = { model, tree, at, path: new Set(), theme: page.light, detail: "full" };
        const list = page.draw_scene(scene, look, page.everything),
          texts = list.filter((shape) => shape.t === "text").map(extent);
        texts.forEach((a, i) => {
          for (const b of texts.slice(i + 1))
            assert.ok(!meet(a, b), `"${a.text}" meets "${b.text}" at step ${at}`);
          for (const { key, x, y, w, h } of scene.boxes) {
            const box = { left: x + 1, right: x + w - 1, top: y + 1, bottom: y + h - 1 };
            const within = a.left >= x && a.right <= x + w;
            assert.ok(!meet(a, box) || within, `"${a.text}" lies across ${key} at step ${at}`);
          }
          if (names.includes(name)) assert.doesNotMatch(a.text, /…$/, `cut at step ${at}`);
        });
      }
    });
