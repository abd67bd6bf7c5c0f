import { chromium } from "playwright-core";
const base = "http://127.0.0.1:5091";
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox","--disable-gpu"] });
const p = await (await b.newContext({ viewport: { width: 1100, height: 900 }})).newPage();
await p.goto(base); await p.getByLabel("Uw naam").fill("Anna"); await p.keyboard.press("Enter"); await p.waitForURL(base+"/");
await p.goto(base+"/catalogus"); await p.getByRole("button",{name:"Links controleren"}).click(); await p.waitForTimeout(9000); await p.screenshot({path:"/tmp/shots/links.png"}); console.log((await p.locator("main").innerText()).slice(0,500));
await p.goto(base+"/voorbeelden/uitschieters"); 
if (await p.getByRole("button",{name:"Uitschieters zoeken"}).count()) { await p.getByRole("button",{name:"Uitschieters zoeken"}).click(); const t=Date.now(); await p.screenshot({path:"/tmp/shots/busy.png"}); await p.getByText("van de voorbeelden komt uit").waitFor({timeout:900000}); console.log("crossed in", (Date.now()-t)/1000); }
await p.screenshot({path:"/tmp/shots/uit.png", fullPage:true});
await b.close();
