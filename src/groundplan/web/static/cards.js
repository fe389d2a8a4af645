// Forms of records, only better: a list always has an empty place, and a slider of years follows the hand.
"use strict";
(() => {
  // An empty place behind the last entry of a list, as soon as the last one is filled.
  document.addEventListener("input", (event) => {
    const box = event.target.closest(".card-field.list fieldset, .card-field.pairs fieldset");
    if (!box) return;
    const last = box.querySelector(".pair:last-of-type") || [...box.querySelectorAll("input")].pop();
    const inputs = last.matches("input") ? [last] : [...last.querySelectorAll("input")];
    if (!inputs.some((input) => input.value)) return;
    const next = last.cloneNode(true);
    const count = box.querySelectorAll(last.matches("input") ? "input" : ".pair").length + 1;
    for (const input of next.matches("input") ? [next] : next.querySelectorAll("input")) {
      input.value = "";
      input.placeholder = "";
      input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, count));
    }
    last.after(next);
  });

  // The slider of years: its place is a link of the row of years, whose map it fetches.
  for (const slider of document.querySelectorAll("input[data-years]")) {
    const years = slider.dataset.years.split(" ");
    const shown = document.getElementById(slider.dataset.shown);
    const place = document.getElementById(slider.dataset.target);
    let asked = 0;
    const show = async () => {
      const year = years[Number(slider.value)];
      slider.setAttribute("aria-valuetext", year);
      shown.textContent = year;
      const mine = ++asked;
      const answer = await fetch(`${slider.dataset.address}?year=${year}`);
      if (!answer.ok || mine !== asked) return;
      place.innerHTML = await answer.text();
      for (const link of document.querySelectorAll(".years-bar a")) {
        if (link.dataset.year === year) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    };
    slider.addEventListener("input", show);
  }
})();
