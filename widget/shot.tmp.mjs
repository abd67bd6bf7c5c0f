import { chromium } from "playwright-core";
import { readFileSync } from "node:fs";
const base = process.env.BASE ?? "http://127.0.0.1:5091";
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox","--disable-gpu"] });
const c = await b.newContext({ locale: "nl-NL", viewport: { width: Number(process.env.W ?? 1200), height: 900 }, reducedMotion: "reduce", colorScheme: process.env.DARK ? "dark" : "light" });
const p = await c.newPage();
p.on("console", m => m.type()==="error" && console.log("console:", m.text()));
p.on("pageerror", e => console.log("pageerror:", String(e)));
await p.goto(base + "/");
if (await p.getByLabel("Uw naam").count()) { await p.getByLabel("Uw naam").fill("Anna de Trainer"); await p.keyboard.press("Enter"); await p.waitForURL(u => !u.pathname.startsWith("/naam")); }
const axe = readFileSync("node_modules/axe-core/axe.min.js","utf8");
for (const path of process.argv.slice(2)) {
  const t = Date.now();
  const r = await p.goto(base + path);
  console.log(path, r.status(), Date.now()-t, "ms");
  await p.waitForTimeout(700);
  await p.evaluate(axe);
  const res = await p.evaluate(() => axe.run());
  for (const v of res.violations) for (const n of v.nodes.slice(0,3)) console.log("  axe", v.id, n.target.join(" "), n.any[0]?.message ?? n.failureSummary);
  await p.screenshot({ path: "/tmp/shots/" + (path.replace(/[^a-z0-9]+/gi,"_").slice(0,40) || "root") + (process.env.DARK?"-d":"") + (process.env.W??"") + ".png", fullPage: !!process.env.FULL });
}
await b.close();
