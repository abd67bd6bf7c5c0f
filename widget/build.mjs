// Builds wegwijzer/page/ from the lock file: the widget, the states page's script, the pages, and the
// theme as a style sheet for the trainers' workbench.
// Usage: node build.mjs [output folder]. The same input gives the same bytes.
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, runnerImport } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const target = resolve(process.argv[2] ?? join(here, "..", "wegwijzer", "page"));

// Names what is inside; the licences themselves are in wegwijzer-chat.licenties.md.
const BANNER = "/*! Wegwijzer chat, EUPL-1.2. Inside: Lit (BSD-3-Clause), Utrecht component CSS (EUPL-1.2), Material Symbols (Apache-2.0). */";

// A classic script, not a module: a page of another origin may load it without CORS.
const script = (entry, name, license) =>
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
      license,
      rollupOptions: {
        input: join(here, "src", entry),
        output: { format: "iife", entryFileNames: name, postBanner: BANNER },
      },
    },
  });

await mkdir(target, { recursive: true });
await script("main.ts", "wegwijzer-chat.js", { fileName: "wegwijzer-chat.licenties.md" });
await script("toestanden.ts", "toestanden.js", false);
for (const page of await readdir(join(here, "pages"))) await copyFile(join(here, "pages", page), join(target, page));

const require = createRequire(import.meta.url);
const components = await Promise.all(
  ["alert", "blockquote", "button", "link", "textarea"].map((name) => readFile(require.resolve(`@utrecht/${name}-css/dist/index.min.css`), "utf8")),
);
const { module: tokens } = await runnerImport(join(here, "src", "tokens.ts"), { root: here, configFile: false, logLevel: "warn" });
const LICENSE = "/*! Theme of Wegwijzer, EUPL-1.2. Inside: Utrecht component CSS (EUPL-1.2), in wegwijzer-chat.licenties.md. */";
await writeFile(join(target, "thema.css"), [LICENSE, tokens.tokensOnRoot(), ...components.map((css) => css.trim())].join("\n") + "\n");
