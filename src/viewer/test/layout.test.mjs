// The layout: nothing overlaps, wires run forward, trees have no crossings, equal input gives equal
// output, and the cases the C++ port shares stay as they are (fixtures/layout_cases.json).
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import test from "node:test";
import { cases } from "../fixtures/layout_cases.mjs";
import { here, read_fixture, source } from "./help.mjs";

const { layered } = await source("layout.ts");
const { Model, group_tree, auto_open, arrange, open_all } = await source(
  "model/model.ts",
  "model/groups.ts",
  "model/fold.ts",
  "draw/arrange.ts",
);
const rounded = (layout) =>
  JSON.parse(
    JSON.stringify(layout, (_, value) =>
      typeof value === "number" ? Math.round(value * 1000) / 1000 : value,
    ),
  );

const file = here("../fixtures/layout_cases.json");
test("shared cases", () => {
  const now = cases().map(({ name, boxes, links, spacing }) => ({
    name,
    boxes,
    links,
    spacing,
    layout: rounded(layered(boxes, links, spacing)),
  }));
  if (process.env.WRITE)
    writeFileSync(file, `[\n${now.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`);
  assert.deepEqual(
    now.map((one) => JSON.parse(JSON.stringify(one))),
    JSON.parse(readFileSync(file, "utf8")),
  );
});

function scene_of(name, everything) {
  const model = new Model(read_fixture(name)),
    tree = group_tree(model);
  return arrange(model, tree, everything ? new Set(open_all(tree.root)) : auto_open(tree));
}

for (const name of [
  "or_gate",
  "or_vectorised",
  "two_two_two",
  "three_layers",
  "residual",
  "wide",
  "deep_chain",
  "nan",
  "transformer",
])
  for (const everything of [false, true])
    test(`${name}${everything ? ", all open" : ""}: no overlap, inside its frame, no wire through a box`, () => {
      const scene = scene_of(name, everything);
      scene.boxes.forEach((a, i) =>
        scene.boxes
          .slice(i + 1)
          .forEach((b) =>
            assert.ok(
              a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y,
              `${a.key} overlaps ${b.key}`,
            ),
          ),
      );
      for (const box of scene.boxes)
        assert.ok(
          box.x >= -0.01 &&
            box.y >= -0.01 &&
            box.x + box.w <= scene.width + 0.01 &&
            box.y + box.h <= scene.height + 0.01,
        );
      for (const wire of scene.wires)
        for (let i = 0; i + 3 < wire.points.length; i += 4) {
          // the level pieces
          const [x0, y0, x1, y1] = wire.points.slice(i, i + 4);
          assert.ok(Math.abs(y0 - y1) < 1e-6 && x1 >= x0 - 1e-6, "level and forward");
          for (const box of scene.boxes)
            assert.ok(
              box === wire.ends_at ||
                box === wire.starts_at ||
                x1 <= box.x + 0.5 ||
                x0 >= box.x + box.w - 0.5 ||
                y0 <= box.y ||
                y0 >= box.y + box.h,
              `a wire of ${wire.source} runs through ${box.key}`,
            );
        }
    });

test("a tree has no crossings", () => {
  const boxes = [],
    links = [];
  const grow = (depth) => {
    const children = depth ? [grow(depth - 1), grow(depth - 1)] : [];
    boxes.push({ w: 100, h: 60, ins: [20, 40], outs: [30] });
    children.forEach((from, slot) => links.push({ from, out: 0, to: boxes.length - 1, in: slot }));
    return boxes.length - 1;
  };
  grow(5);
  const layout = layered(boxes, links, { row: 20, wire: 10, lead: 60, curve: 30 });
  const ends = links.map((link, i) => [
    layout.x[link.to],
    layout.routes[i][1],
    layout.routes[i].at(-1),
  ]);
  for (const p of ends)
    for (const q of ends) if (p[0] === q[0]) assert.ok((p[1] - q[1]) * (p[2] - q[2]) >= 0);
});

test("the same input gives the same output; 100,000 nodes in time", () => {
  const model = new Model(read_fixture("scalars_100k")),
    tree = group_tree(model),
    all = new Set(open_all(tree.root));
  const before = process.cpuUsage(), // not the clock: the machine may be shared
    first = arrange(model, tree, all),
    took = process.cpuUsage(before).user / 1000;
  assert.ok(first.boxes.length === model.nodes.length && took < 20000, `${took} ms`);
  const again = arrange(model, tree, all);
  assert.deepEqual(
    first.boxes.map((b) => [b.x, b.y]),
    again.boxes.map((b) => [b.x, b.y]),
  );
});

test("a scope entered twice makes a cycle of boxes; it is laid out all the same", () => {
  const boxes = Array.from({ length: 3 }, () => ({ w: 100, h: 60, ins: [30], outs: [30] }));
  const layout = layered(
    boxes,
    [
      { from: 0, out: 0, to: 1, in: 0 },
      { from: 1, out: 0, to: 2, in: 0 },
      { from: 2, out: 0, to: 1, in: 0 },
    ],
    { row: 20, wire: 10, lead: 60, curve: 30 },
  );
  assert.ok(layout.x.every(Number.isFinite) && layout.routes.every((route) => route.length >= 4));
});
