// Files that are dropped on the page: into the form, which is sent as without a script.
"use strict";
(() => {
  for (const form of document.querySelectorAll("form[data-drop]")) {
    const input = form.querySelector("input[type=file]");
    const status = form.querySelector("[data-status]");
    const tooLarge = () => [...input.files].reduce((sum, file) => sum + file.size, 0) > Number(form.dataset.most);
    const check = () => {
      input.setCustomValidity(tooLarge() ? form.dataset.toolarge : "");
      status.textContent = tooLarge() ? form.dataset.toolarge : "";
    };
    input.addEventListener("change", check);
    form.addEventListener("submit", () => { status.textContent = form.dataset.sending; });
    // Anywhere on the page: a file that misses the box must not replace the page.
    for (const kind of ["dragenter", "dragover"]) {
      document.addEventListener(kind, (event) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        form.classList.add("over");
      });
    }
    document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) form.classList.remove("over"); });
    document.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      form.classList.remove("over");
      input.files = event.dataTransfer.files;
      check();
      if (form.reportValidity()) form.requestSubmit();
    });
  }
})();
