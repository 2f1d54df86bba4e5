// What goes in and out of the page as files: traces, plain, packed and spoilt; SVG, PNG, frames, print.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test, { after } from "node:test";
import { close, open, read_fixture, settle, source } from "./help.mjs";

after(close);
const { Model } = await source("model/model.ts");

test("exports: the SVG says what the screen says, PNG and frames are files", async () => {
  const page = await open("or_gate", { hash: "#s=12" });
  const saved = async (label) => {
    await page.click(".menu summary");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.click(`.menu >> text=${label}`),
    ]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  };
  const svg = await saved("Whole graph as SVG"),
    text = svg.bytes.toString();
  assert.equal(svg.name, "graph.svg");
  assert.match(text, /<title>ŷ, sigmoid, value 0\.5, upstream 0\.5<\/title>/);
  assert.doesNotMatch(text, /<script|foreignObject|href/);
  const parsed = await page.evaluate(
    (source) =>
      new DOMParser().parseFromString(source, "image/svg+xml").querySelector("parsererror")
        ?.textContent ?? "",
    text,
  );
  assert.equal(parsed, "");
  assert.equal((await saved("This view as PNG")).bytes.subarray(1, 4).toString(), "PNG");
  const frames = (await saved("All steps as SVG frames")).bytes;
  assert.equal(
    frames.readUInt16LE(frames.length - 12),
    new Model(read_fixture("or_gate")).last_step + 1,
  );
  assert.ok(frames.includes("step-0000.svg"));
  await page.finish();
});

test("hostile names are text, on the screen and in the SVG", async () => {
  const page = await open("hostile");
  await page.keyboard.press("End");
  await page.keyboard.press("End");
  await settle(page);
  assert.equal(await page.$$eval("img, #app b script", (list) => list.length), 0);
  assert.notEqual(await page.title(), "owned");
  await page.click(".menu summary");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.click(".menu >> text=Whole graph as SVG"),
  ]);
  const text = readFileSync(await download.path(), "utf8");
  assert.doesNotMatch(text, /<img|<script|<b>/);
  await page.finish();
});

test("an empty page asks for a file and opens it", async () => {
  const page = await open("empty", { snapshot: "null" });
  await page.setInputFiles("input[type=file]", {
    name: "t.json",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(read_fixture("square"))),
  });
  await page.waitForSelector(".outline");
  assert.equal(await page.title(), "x · x: two edges, one sum");
  await page.finish();
});

test("a packed file opens like a plain one; a spoilt one says so", async () => {
  const page = await open("or_gate", { packed: true, hash: "#s=4" });
  // it is unpacked while the page is already there, and then goes to its step
  await page.waitForSelector(".sentence >> text=/^Forward step 4 of 8/");
  await page.finish();
  const spoilt = await open("spoilt", { snapshot: '{"format": "glassgrad.trace", "version": 3}' });
  await spoilt.waitForSelector("text=This page reads version 1; the file says 3.");
  await spoilt.finish();
});

test("a link into a packed file holds however long unpacking takes", async () => {
  const page = await open("or_gate", {
    packed: true,
    hash: "#s=4",
    before: () => {
      const text = Response.prototype.text;
      Response.prototype.text = async function () {
        await new Promise((done) => setTimeout(done, 1000));
        return text.call(this);
      };
    },
  });
  await page.waitForSelector(".sentence >> text=/^Forward step 4 of 8/");
  await page.waitForFunction(() => new URLSearchParams(location.hash.slice(1)).get("s") === "4");
  await page.finish();
});

test("printing gives the whole graph as SVG on white", async () => {
  const page = await open("or_gate", { hash: "#s=12&theme=dark" });
  const pdf = await page.pdf({ format: "A4" });
  assert.ok(pdf.length > 10000);
  assert.equal(
    await page.evaluate(() => {
      dispatchEvent(new Event("beforeprint"));
      return document.querySelector("#print svg rect").getAttribute("fill");
    }),
    "#ffffff",
  );
  await page.finish();
});
