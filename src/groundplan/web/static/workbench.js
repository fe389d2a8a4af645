// What the pages do by script, and only better: live runs, nothing typed is lost, choices that apply at once.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");

  // What this browser keeps of what is typed is of who typed it: nobody else's, and gone when she signs out.
  const who = root.dataset.who;
  if (who && localStorage.getItem("who") !== who) {
    localStorage.clear();
    localStorage.setItem("who", who);
  }
  for (const form of document.querySelectorAll("form[action='/sign-out']")) {
    form.addEventListener("submit", () => localStorage.clear());
  }

  // Choices of the header apply when they are chosen.
  for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
    form.addEventListener("change", () => form.requestSubmit());
  }

  // A run that is going on: its line as it comes; a dropped stream goes on from where it ended.
  const live = document.querySelector("[data-live]");
  if (live) {
    const line = live.querySelector(".line");
    const stream = new EventSource(live.dataset.live);
    stream.addEventListener("progress", (event) => {
      const now = JSON.parse(event.data);
      line.textContent = now.line;
      const keep = live.querySelector("form[data-of=best]");
      if (keep) keep.hidden = now.best === null;
    });
    stream.addEventListener("end", (event) => {
      stream.close();
      const end = JSON.parse(event.data);
      const stay = live.dataset.stay !== undefined || document.querySelector("form[data-dirty]");
      if (stay || !end.address.startsWith("/outcomes/") || !location.pathname.startsWith("/jobs/")) location.reload();
      else location.assign(end.address);
    });
  }

  // What is typed into a form marked data-draft stays in this browser until it was sent and taken.
  const key = (form) => `draft:${location.pathname}:${form.dataset.draft}`;
  const entries = (form) => [...new FormData(form)].filter(([, value]) => typeof value === "string");
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const first = JSON.stringify(entries(form));
    const kept = localStorage.getItem(key(form));
    if (kept && kept !== first && form.dataset.sent === undefined) {
      const box = document.getElementById("restore");
      if (box) {
        box.hidden = false;
        box.querySelector("[data-act=take]").addEventListener("click", () => { fill(form, JSON.parse(kept)); box.hidden = true; });
        box.querySelector("[data-act=drop]").addEventListener("click", () => { localStorage.removeItem(key(form)); box.hidden = true; });
      } else fill(form, JSON.parse(kept));
    }
    form.addEventListener("input", () => {
      form.dataset.dirty = "yes";
      localStorage.setItem(key(form), JSON.stringify(entries(form)));
    });
    form.addEventListener("submit", () => { delete form.dataset.dirty; });
    if (form.dataset.taken !== undefined) localStorage.removeItem(key(form));
  }
  function fill(form, pairs) {
    for (const box of form.querySelectorAll("input[type=checkbox], input[type=radio]")) box.checked = false;
    const seen = new Map();
    for (const [name, value] of pairs) {
      const fields = [...form.elements].filter((e) => e.name === name);
      const n = seen.get(name) || 0;
      seen.set(name, n + 1);
      const field = fields.find((e) => ["checkbox", "radio"].includes(e.type) && e.value === value) || fields[n] || fields[0];
      if (!field) continue;
      if (["checkbox", "radio"].includes(field.type)) field.checked = true;
      else field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
})();
