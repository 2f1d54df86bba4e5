// Starts the page: reads the trace out of the document, restores the state from the address, draws.
import { effect } from "@preact/signals";
import { render } from "preact";
import { load } from "../model/load.js";
import { visible } from "../model/text.js";
import { App } from "./app.js";
import { listen } from "./keys.js";
import { keep_hash, read_hash } from "./permalink.js";
import { prepare_print } from "./print.js";
import * as state from "./state.js";

const darkness = matchMedia("(prefers-color-scheme: dark)");
state.prefers_dark.value = darkness.matches;
darkness.addEventListener("change", () => (state.prefers_dark.value = darkness.matches));

function begin(text: string) {
  if (text.trim() === "null") return;
  try {
    state.show(load(text));
    read_hash();
  } catch (error) {
    state.notice.value = { text: (error as Error).message };
  }
}

/** Large files may hold the JSON as gzip in base64: data-encoding="gzip" on the same element. */
async function unpacked(text: string): Promise<string> {
  const bytes = Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));
  return new Response(
    new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")),
  ).text();
}

const data = document.getElementById("snapshot")!;
if (data.dataset.encoding === "gzip")
  unpacked(data.textContent!).then(
    begin,
    (error) => (state.notice.value = { text: String(error) }),
  );
else begin(data.textContent!);

effect(() => {
  const { name, ...colours } = state.theme.value,
    root = document.documentElement;
  root.dataset.theme = name;
  for (const [key, colour] of Object.entries(colours))
    root.style.setProperty(`--${key.replace("_", "-")}`, colour);
});
effect(() => {
  document.title = visible(state.snapshot.value.title ?? "glassgrad");
});
render(<App />, document.getElementById("app")!);
listen();
keep_hash();
prepare_print();
state.start_clock();
