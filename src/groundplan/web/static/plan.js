// The room Plan by script: sliders beside numbers, drafts that are kept as they are typed, search, parts that load.
"use strict";
(() => {
  // A slider and its number are the same.
  for (const slider of document.querySelectorAll("input[type=range][data-slides]")) {
    const number = document.getElementById(slider.dataset.slides);
    slider.hidden = false;
    slider.addEventListener("input", () => {
      number.value = slider.value;
      number.dispatchEvent(new Event("input", { bubbles: true }));
    });
    number.addEventListener("input", () => { if (number.value !== slider.value && !Number.isNaN(Number(number.value))) slider.value = number.value; });
  }

  // What is typed is kept by the server after a moment of quiet, and in this browser until it is.
  const QUIET = 400;
  for (const form of document.querySelectorAll("form[data-keep]")) {
    const place = form.dataset.keepAs;
    const told = form.querySelector("[data-kept]");
    const first = new Map(texts(form));
    let timer = 0;
    let turn = 0;
    offer(form, place, first);
    form.addEventListener("input", () => {
      localStorage.setItem(place, JSON.stringify({ after: form.elements.after.value, changed: changed(form, first) }));
      clearTimeout(timer);
      timer = setTimeout(keep, QUIET);
    });
    form.addEventListener("submit", () => clearTimeout(timer));
    async function keep() {
      const mine = ++turn;
      try {
        const answer = await fetch(form.dataset.keep, { method: "POST", body: new URLSearchParams(texts(form)) });
        if (mine !== turn) return;
        if (!answer.ok) throw new Error(String(answer.status));
        const words = await answer.text();
        localStorage.removeItem(place);
        tell(told, words, "saved");
      } catch {
        if (mine !== turn) return;
        tell(told, form.dataset.away, "unsaved");
        timer = setTimeout(keep, 5000);
      }
    }
  }
  function texts(form) {
    return [...new FormData(form)].filter(([, value]) => typeof value === "string");
  }
  function changed(form, first) {
    return texts(form).filter(([name, value]) => first.get(name) !== value);
  }
  function tell(place, words, look) {
    if (!place) return;
    place.className = look;
    place.textContent = words;
  }
  // What this browser kept while the server was away is offered when the page is there again.
  function offer(form, place, first) {
    const box = document.getElementById("restore-here");
    const kept = JSON.parse(localStorage.getItem(place) || "null");
    if (!kept) return;
    const own = kept.changed.filter(([name, value]) => name !== "after" && first.get(name) !== value);
    if (!own.length || kept.after !== form.elements.after.value) { if (!own.length) localStorage.removeItem(place); if (!own.length || !box) return; }
    if (!box) { put(form, own); return; }
    box.hidden = false;
    box.querySelector("[data-act=take]").addEventListener("click", () => { put(form, own); box.hidden = true; });
    box.querySelector("[data-act=drop]").addEventListener("click", () => { localStorage.removeItem(place); box.hidden = true; });
  }
  function put(form, pairs) {
    for (const [name, value] of pairs) {
      const field = form.elements.namedItem(name);
      if (field) {
        field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      } else document.dispatchEvent(new CustomEvent("grid:put", { detail: { name, value } }));
    }
  }

  // Search by a word among all choices.
  for (const box of document.querySelectorAll("[data-search]")) {
    box.closest(".search-box").hidden = false;
    const hits = box.parentElement.querySelector("[data-hits]");
    const sections = [...document.querySelectorAll(".section-of-choices")];
    const open = sections.map((section) => section.open);
    box.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    box.addEventListener("input", (event) => {
      event.stopPropagation();
      const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      let many = 0;
      sections.forEach((section, n) => {
        let own = 0;
        for (const field of section.querySelectorAll("[data-words]")) {
          const fits = words.every((word) => field.dataset.words.toLowerCase().includes(word));
          field.hidden = !fits;
          own += fits ? 1 : 0;
        }
        section.hidden = own === 0;
        section.open = words.length ? own > 0 : open[n];
        many += own;
      });
      hits.textContent = words.length ? `${many} ${hits.dataset.said}` : "";
    });
  }

  // Parts of a page that take a moment.
  for (const place of document.querySelectorAll("div[data-load]")) {
    fetch(place.dataset.load).then((answer) => (answer.ok ? answer.text() : "")).then((words) => { if (words) place.innerHTML = words; }).catch(() => {});
  }
  for (const list of document.querySelectorAll("datalist[data-load]")) {
    fetch(list.dataset.load).then((answer) => (answer.ok ? answer.json() : [])).then((names) => {
      if (!names.length) return;
      list.replaceChildren(...names.map((one) => {
        const option = document.createElement("option");
        option.value = one.name;
        option.textContent = one.words;
        return option;
      }));
      document.dispatchEvent(new CustomEvent("names:there"));
    }).catch(() => {});
  }

  // A table that is wider than its place is reached and moved by keys.
  function reachable() {
    for (const place of document.querySelectorAll(".scroll:not([tabindex])")) {
      if (place.scrollWidth <= place.clientWidth) continue;
      const caption = place.querySelector("caption");
      place.tabIndex = 0;
      place.setAttribute("role", "region");
      if (caption) place.setAttribute("aria-label", caption.textContent);
    }
  }
  reachable();
  addEventListener("resize", reachable);

  // What if: a plan is asked for after a moment of quiet, and the answer of the last one stands until it comes.
  const WAIT = 600;
  const LOOK = 700;
  for (const form of document.querySelectorAll("form[data-what-if]")) {
    const part = document.getElementById("answer");
    let timer = 0;
    let looking = 0;
    let turn = 0;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    form.addEventListener("submit", (event) => {
      if (event.submitter && event.submitter.hasAttribute("formaction")) return;
      event.preventDefault();
      clearTimeout(timer);
      ask();
    });
    async function ask() {
      const mine = ++turn;
      clearTimeout(looking);
      await show(await send(form.dataset.whatIf, { method: "POST", body: new URLSearchParams(texts(form)) }), mine);
    }
    async function look() {
      await show(await send(part.dataset.part, {}), turn);
    }
    function send(address, how) {
      return fetch(address, { ...how, headers: { "x-part": "yes" } }).catch(() => null);
    }
    async function show(answer, mine) {
      const words = answer === null ? "" : await answer.text();
      if (mine !== turn) return;
      if (words) {
        const was = part.innerHTML;
        if (words.trim() !== was.trim()) part.innerHTML = words;
        reachable();
      }
      const state = part.querySelector("[data-state]");
      if (answer === null || (state && ["waiting", "running"].includes(state.dataset.state))) looking = setTimeout(look, LOOK);
    }
    const state = part.querySelector("[data-state]");
    if (state && ["waiting", "running"].includes(state.dataset.state)) looking = setTimeout(look, LOOK);
  }
})();
