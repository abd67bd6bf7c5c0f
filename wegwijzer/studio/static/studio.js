// What the workbench does beside plain pages and forms; without it everything still works.
"use strict";

/** Puts the parts that have these ids in a fetched page in place of those here; keeps focus and open details. */
const swap = (text, ids) => {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const held = document.activeElement;
  const again = held && held.name && held.value ? `[name="${CSS.escape(held.name)}"][value="${CSS.escape(held.value)}"]` : held && held.id ? `#${CSS.escape(held.id)}` : "";
  for (const id of ids) {
    const old = document.getElementById(id);
    const made = fresh.getElementById(id);
    if (!old || !made) continue;
    const open = new Set([...old.querySelectorAll("details[open] > summary")].map((summary) => summary.textContent.replace(/\d+/, "")));
    for (const summary of made.querySelectorAll("details > summary")) if (open.has(summary.textContent.replace(/\d+/, ""))) summary.parentElement.open = true;
    const had = old.contains(held);
    old.replaceWith(made);
    if (had) (again && document.querySelector(again) || document.getElementById("vraag") || document.body).focus();
  }
  return fresh;
};

const form = document.querySelector("form[data-live]");
if (form) {
  const latest = {};
  /** Sends the form as it is and shows some parts of the answer; of what was asked for the same parts, the last wins. */
  const send = async (ids, name, value) => {
    const parts = ids.join(" ");
    const turn = latest[parts] = (latest[parts] ?? 0) + 1;
    const data = new FormData(form);
    if (name) data.set(name, value);
    const only = parts === "gevonden";
    try {
      const reply = await fetch(form.action, { method: "POST", body: new URLSearchParams(data), headers: only ? { "X-Deel": "labels" } : {} });
      const text = await reply.text();
      const other = new DOMParser().parseFromString(text, "text/html");
      // A page of another kind says what is wrong; what was typed stays where it is.
      if (!other.querySelector("form[data-live]")) {
        const told = document.createElement("p");
        told.className = "error";
        told.textContent = (other.querySelector("[role=alert], main") ?? other.body).textContent.trim();
        document.getElementById("opmerkingen").replaceChildren(told);
      } else if (turn === latest[parts]) return swap(text, ids);
    } catch {
      // The workbench was stopped: nothing is lost, the next press tries again.
    }
    return undefined;
  };
  let looking = false;
  let wanted = false;
  /** Looks at the question as it is now; one at a time, so that a slow model is not asked for every letter. */
  const look = async () => {
    if (looking) {
      wanted = true;
      return;
    }
    looking = true;
    do {
      wanted = false;
      await send(["gezien", "opmerkingen"], "actie", "kijk");
    } while (wanted);
    looking = false;
  };
  const later = (work, wait) => {
    let timer = 0;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(work, wait);
    };
  };
  const lookSoon = later(look, 400);
  const filterSoon = later(() => send(["gevonden"], "actie", "filter"), 200);
  const question = document.getElementById("vraag");
  const words = document.getElementById("woorden");

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    const ids = button && button.dataset.swap;
    if (!ids) return;
    event.preventDefault();
    void send(ids.split(" "), button.name, button.value).then((fresh) => {
      const made = fresh && button.value === "aanwijzen" && !fresh.querySelector("#merken .error");
      if (made) {
        words.value = "";
        document.getElementById("bedoelt").value = "";
        words.focus();
      }
      if (fresh && ids.includes("merken")) void look();
    });
  });
  question.addEventListener("input", lookSoon);
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-filter]")) filterSoon();
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[name=label], [name=ook]")) lookSoon();
  });
  // Selecting in the question, with the mouse or with Shift and the arrows, names the words.
  const selected = () => {
    const { selectionStart: start, selectionEnd: end, value } = question;
    const text = value.slice(start, end);
    const found = text.trim();
    // The whole question is no word in it.
    if (!found || found === value.trim()) return;
    words.value = found;
    const from = start + text.indexOf(found);
    document.getElementById("plaats").value = value.slice(0, from).split(found).length - 1;
  };
  document.addEventListener("selectionchange", () => {
    if (document.activeElement === question) selected();
  });
  question.addEventListener("blur", selected);
  words.addEventListener("input", () => { document.getElementById("plaats").value = 0; });
  // While the model is loading, look again.
  const again = () => {
    const wait = document.getElementById("gezien").dataset.again;
    if (wait) setTimeout(() => void look().finally(again), Number(wait) * 1000);
  };
  if (question.value.trim() && !document.querySelector("#gezien table")) void look().finally(again);
  else again();
  document.getElementById("melding")?.focus();
}

// A page that shows work going on looks again until it is done; who is reading or typing is not disturbed.
const busy = document.querySelector("[data-refresh]");
if (busy) {
  const check = async () => {
    try {
      const reply = await fetch(busy.dataset.refresh);
      const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
      const now = document.querySelector("[data-refresh]");
      const next = fresh.querySelector("[data-refresh]");
      if (!next) return location.reload();
      const focused = now.contains(document.activeElement);
      for (const part of [".busy", "progress", "progress + *", "ol"]) {
        const [old, made] = [now.querySelector(part), next.querySelector(part)];
        if (old && made && old.outerHTML !== made.outerHTML) old.replaceWith(made);
      }
      if (!focused && !now.querySelector(".busy")) now.replaceWith(next);
    } catch {
      // The workbench was stopped; try again.
    }
    setTimeout(check, 2000);
    return undefined;
  };
  setTimeout(check, 1500);
}
