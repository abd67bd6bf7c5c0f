// Builds wegwijzer/page/ from the lock file: the widget, the states page's script, and the pages.
// Usage: node build.mjs [output folder]. The same input gives the same bytes.
import { copyFile, mkdir, readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const target = resolve(process.argv[2] ?? join(here, "..", "wegwijzer", "page"));

// A classic script, not a module: a page of another origin may load it without CORS.
const script = (entry, name) =>
  build({
    root: here,
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    build: {
      outDir: target,
      emptyOutDir: false,
      target: "es2022",
      modulePreload: false,
      rollupOptions: {
        input: join(here, "src", entry),
        output: { format: "iife", entryFileNames: name },
      },
    },
  });

await mkdir(target, { recursive: true });
await script("main.ts", "wegwijzer-chat.js");
await script("toestanden.ts", "toestanden.js");
for (const page of await readdir(join(here, "pages"))) await copyFile(join(here, "pages", page), join(target, page));
