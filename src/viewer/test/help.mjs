// What the tests share: modules of the page bundled for node, and a browser that must stay silent.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { fixtures, packed_page, page_with } from "../fixtures/write.mjs";

export const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "glassgrad-viewer-"));

let sources = 0;
/** Imports TypeScript modules of the page: source("model/model.ts"). */
export async function source(...paths) {
  const entry = paths
    .map((path) => `export * from ${JSON.stringify(here(`../${path}`))};`)
    .join("\n");
  const out = join(folder, `source-${++sources}.mjs`); // all their names would be too long for one
  await build({
    stdin: { contents: entry, resolveDir: here("..") },
    bundle: true,
    format: "esm",
    outfile: out,
    target: "es2022",
    logLevel: "error",
  });
  return import(pathToFileURL(out));
}

const made = new Map();
export function fixture(name) {
  if (!made.has(name)) made.set(name, fixtures[name]());
  return made.get(name);
}
/** A fixture as the page reads it: through JSON. */
export const read_fixture = (name) => JSON.parse(JSON.stringify(fixture(name)));

export function page_file(name, snapshot = fixture(name), packed = false) {
  const path = join(folder, `${name}.html`);
  writeFileSync(path, packed ? packed_page(snapshot) : page_with(snapshot));
  return pathToFileURL(path).href;
}
export const template = () => readFileSync(here("../dist/viewer.html"), "utf8");

let browser;
export async function launch() {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  return browser;
}
export const close = () => browser?.close();

/** Opens a page offline; every request beyond its own file and every console error fails the test. */
export async function open(
  name,
  { hash = "", size = [1400, 860], snapshot, packed, before, ...options } = {},
) {
  const context = await (
    await launch()
  ).newContext({
    viewport: { width: size[0], height: size[1] },
    offline: true,
    reducedMotion: "reduce",
    acceptDownloads: true,
    ...options,
  });
  const page = await context.newPage(),
    noise = [],
    address = page_file(name, snapshot, packed);
  page.on("request", (request) => {
    if (!request.url().startsWith(address) && !/^(blob|data):/.test(request.url()))
      noise.push(`request ${request.url()}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") noise.push(message.text());
  });
  page.on("pageerror", (error) => noise.push(String(error)));
  if (before) await page.addInitScript(before); // runs ahead of the page's own script
  await page.goto(address + hash);
  await page.waitForSelector("#app > *");
  page.finish = async () => {
    assert.deepEqual(noise, []);
    await context.close();
  };
  return page;
}
export const settle = (page) =>
  page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe has to say against a page. */
export async function violations(page) {
  await page.evaluate(axe);
  return page.evaluate(async () =>
    (await globalThis.axe.run()).violations.map(
      (v) =>
        `${v.id}: ${v.nodes
          .map((n) => `${n.target} ${n.failureSummary?.split("\n")[1] ?? ""}`)
          .slice(0, 3)
          .join(" | ")}`,
    ),
  );
}
