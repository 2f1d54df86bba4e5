// For identities.test.mjs: the numbers of a file at an epoch, read from its JSON and not by the
// page's own model; the texts of a page at many states; and what the texts say, as numbers.
import assert from "node:assert/strict";

/** The file's numbers at a replay, or its own. */
export function state_at(snapshot, replay) {
  const there = new Map(replay?.nodes.map((node) => [node.node, node]));
  const nodes = snapshot.nodes.map((node, index) => {
    const other = replay ? there.get(index) : node;
    return {
      upstream: other?.upstream,
      inputs: (node.inputs ?? []).map((input, k) => ({
        node: input.node,
        kind: input.local?.kind,
        local_of_op: replay ? other?.inputs?.[k]?.local : input.local?.value,
        contribution: other?.inputs?.[k]?.contribution,
      })),
    };
  });
  const scopes = (snapshot.scopes ?? []).map((scope, index) => {
    const other = replay?.scopes?.find((one) => one.scope === index);
    return (scope.inputs ?? []).map((input, k) => ({
      node: input.node,
      local: replay ? other?.inputs[k]?.local : input.local?.value,
    }));
  });
  return { nodes, scopes };
}

const inside = (group) => [...group.nodes, ...group.groups.flatMap(inside)];
export const group_nodes = (model) => model.nodes.length;

/** A scope as one box: its output, and per input its local and the sum of what was sent. */
export function box_at(model, shot, group, flat) {
  const members = new Set(inside(group)),
    outputs = [...members].filter(
      (node) => node === model.cost || model.uses(node).some((use) => !members.has(use.node)),
    ),
    inputs = new Map();
  for (const node of members)
    for (const { node: from, contribution } of shot.nodes[node].inputs) {
      if (members.has(from) || contribution === undefined) continue;
      const before = inputs.get(from),
        p = flat(before),
        q = flat(contribution);
      inputs.set(
        from,
        before === undefined
          ? contribution
          : p && q
            ? { shape: contribution.shape ?? [], values: p.map((x, i) => x + q[i]) }
            : undefined,
      );
    }
  const locals = new Map((shot.scopes[group.scope] ?? []).map(({ node, local }) => [node, local]));
  return {
    output: outputs.length === 1 ? outputs[0] : -1,
    inputs: [...inputs].map(([node, contribution]) => ({
      node,
      contribution,
      local: locals.get(node),
    })),
  };
}

/** Every local that is one number (or the same in all entries), of ops and of boxes. */
export function every(model, shot) {
  const single = (t) => {
    if (t === undefined) return [];
    if (typeof t !== "object") return [Number(t)];
    if (t.stats) return t.stats.min === t.stats.max ? [t.stats.min] : [];
    const values = t.values.map(Number);
    return values.every((x) => x === values[0]) && values.length ? [values[0]] : [];
  };
  return [
    ...shot.nodes.flatMap((node) => node.inputs.flatMap((input) => single(input.local_of_op))),
    ...shot.scopes.flatMap((scope) => scope.flatMap((input) => single(input.local))),
  ];
}

/** Walks a page through states in one go and brings back what it said in each. */
export async function readings(page, model, epochs, open_keys) {
  const steps = Array.from({ length: model.backward.length }, (_, i) => model.seed_step + 1 + i);
  return page.evaluate(
    async ({ steps, epochs, open_keys, nodes, last, seed, symbols }) => {
      let canvas = [];
      const draw = CanvasRenderingContext2D.prototype.fillText;
      CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
        canvas.push(text);
        draw.call(this, text, ...rest);
      };
      const settle = () =>
        new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const list = [];
      for (const epoch of epochs)
        for (const open of [true, false]) {
          // the page writes its own address a little later, so a link may be overtaken: until it is there
          const go = async (step, node) => {
            const hash = `#s=${step}&open=${open ? open_keys : ""}${epoch >= 0 ? `&epoch=${epoch}` : ""}`;
            const there = () =>
              node === undefined
                ? document.querySelector(".sentence").textContent.includes(` ${step - seed} of `)
                : document
                    .querySelector(".card.node h2")
                    ?.textContent.startsWith(`${symbols[node]} `);
            for (let tries = 0; tries < 20; ++tries) {
              canvas = [];
              location.hash = "#";
              location.hash = `${hash}${node === undefined ? "" : `&n=n${node}`}`;
              await settle();
              if (there()) return;
            }
            throw new Error(`the page does not come to ${hash}`);
          };
          for (const step of steps) {
            await go(step);
            const sentence = document.querySelector(".sentence").textContent;
            list.push({ epoch, open, step, sentence, canvas, cards: [] });
          }
          if (!open || !list.length) continue;
          for (const node of nodes) {
            await go(last, node);
            const table = [...document.querySelectorAll(".card.node table")].find((one) =>
              one.caption?.textContent.startsWith("Inputs"),
            );
            const rows = [...(table?.tBodies[0].rows ?? [])].map((row) => [
              row.querySelector(".local").textContent,
              row.querySelector(".backward").textContent,
            ]);
            list[list.length - 1].cards.push([node, rows]);
          }
        }
      return list;
    },
    {
      steps,
      epochs,
      open_keys,
      nodes: model.forward.slice(0, 40),
      last: model.last_step,
      seed: model.seed_step,
      symbols: model.nodes.map((_, node) => model.symbol(node)),
    },
  );
}

const plain = (text) => Number(text.replaceAll("−", "-").replace("∞", "Infinity"));
/** Half a unit of the last digit that is printed. */
function rounding(text) {
  const [digits, power = "0"] = text.replaceAll("−", "-").split("e");
  return 0.5 * 10 ** (Number(power) - (digits.split(".")[1]?.length ?? 0)) || 0;
}
/** "0.25", "[1  2; 3  4]", "1×4, all 1" as numbers with their rounding; undefined: not all are there. */
function numbers(text) {
  const all = text?.match(/^[\d×[\]]+, all (.+)$/);
  if (all) return [{ x: plain(all[1]), off: rounding(all[1]), all: true }];
  const list = text?.match(/^\[(.*)\]$/)?.[1].split(/; |  /) ?? (text ? [text] : []);
  const read = list.map((part) => ({ x: plain(part), off: rounding(part) }));
  return read.length && read.every(({ x }) => !Number.isNaN(x)) ? read : undefined;
}

const sentence_part =
  /(?:Local to ([^:]+): ((?:(?!Local to|Sends).)+?)\. )?Sends ((?:(?!Sends).)+?)(?:, summed over the (\d+) \w+ to \(([\d, ]*)\),)? to (.+?)(?:, total now .+? \(\d+ of \d+\))?\.(?= |$)/g;

/** What a status line says was sent, and whether it can be multiplied out again. */
export function sends(sentence) {
  return [...sentence.matchAll(sentence_part)].map(([, , local, sent, over, , to]) => ({
    local,
    sent,
    to,
    holds(upstream, where) {
      let u = numbers(upstream),
        l = numbers(local),
        c = numbers(sent);
      if (!u || !l || !c) return false;
      const n = Math.max(u.length, l.length, over && c.length === 1 ? Number(over) : 1);
      const wide = (list) => (list.length === 1 ? Array(n).fill(list[0]) : list);
      if ([u, l].some((list) => list.length !== 1 && list.length !== n)) return false;
      if (!over && c.length !== n && c.length !== 1) return false;
      const products = wide(u).map((one, i) => {
        const other = wide(l)[i];
        return {
          x: one.x * other.x,
          off: Math.abs(one.x) * other.off + Math.abs(other.x) * one.off + one.off * other.off,
        };
      });
      const expected =
        over && c.length === 1
          ? [products.reduce((a, b) => ({ x: a.x + b.x, off: a.off + b.off }))]
          : over
            ? undefined
            : products;
      if (!expected) return false;
      expected.forEach(({ x, off }, i) => {
        const found = c[Math.min(i, c.length - 1)];
        assert.ok(
          Math.abs(x - found.x) <= 1.01 * (off + found.off) + 1e-300,
          `${where}: ${upstream} x ${local} is ${x}, sent ${sent} to ${to}`,
        );
      });
      return true;
    },
  }));
}
