// Builds dist/viewer.html: one file with the page's script and style inside and a placeholder for the
// data. `node build.mjs --check` builds in memory and fails when the committed file differs.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const budget = 200_000;

async function bundled(entry) {
  const result = await build({
    entryPoints: [here(entry)],
    absWorkingDir: here("."),
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
  });
  return result.outputFiles[0].text.trim();
}

export async function page() {
  const script = (await bundled("ui/main.tsx"))
    .replaceAll("</script", "<\\/script")
    .replaceAll("<!--", "<\\!--");
  const style = await bundled("style.css");
  const html = readFileSync(here("page.html"), "utf8")
    .replace("/*style*/", () => style)
    .replace("/*script*/", () => script);
  const size = Buffer.byteLength(html);
  if (size > budget) throw new Error(`viewer.html has ${size} bytes, more than ${budget}`);
  return html;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const html = await page(),
    target = here("dist/viewer.html");
  if (process.argv.includes("--check")) {
    if (!existsSync(target) || readFileSync(target, "utf8") !== html) {
      console.error("dist/viewer.html is not what its source builds. Run: node build.mjs");
      process.exit(1);
    }
  } else {
    mkdirSync(here("dist"), { recursive: true });
    writeFileSync(target, html);
  }
  console.log(`viewer.html: ${Buffer.byteLength(html)} bytes of ${budget}`);
}
