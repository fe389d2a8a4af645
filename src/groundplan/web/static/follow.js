// The room Follow up: how many files were chosen or dropped, said before they are sent.
"use strict";
(() => {
  for (const place of document.querySelectorAll("[data-chosen-of]")) {
    const input = document.getElementById(place.dataset.chosenOf);
    input.addEventListener("change", () => { place.textContent = `${input.files.length} ${place.dataset.words}`; });
    for (const [event, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
      input.addEventListener(event, () => input.classList.toggle("over", over));
    }
  }
})();
