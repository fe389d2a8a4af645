// A grid over every table of inputs: keys, blocks pasted from a spreadsheet, rows added and taken out, undo and redo.
// The inputs stay what the form sends; without this script they are the grid.
"use strict";
(() => {
  if (typeof Tabulator === "undefined") return;
  const grids = new Map();

  for (const place of document.querySelectorAll(".study-grid")) {
    const folded = place.closest("details");
    if (folded && !folded.open) folded.addEventListener("toggle", () => { if (folded.open && !grids.has(place.dataset.grid)) begin(place); });
    else begin(place);
  }
  document.addEventListener("grid:put", (event) => {
    // A row that the browser kept and the page does not have: its inputs are made first.
    const parts = /^row\.(.+)\.(new\d+)\.([^.]+)$/.exec(event.detail.name);
    if (!parts) return;
    const place = [...document.querySelectorAll(".study-grid")].find((one) => one.dataset.grid === parts[1]);
    if (!place) return;
    const grid = grids.get(parts[1]) || begin(place);
    grid.take(parts[2], parts[3], event.detail.value);
  });

  function begin(place) {
    const grid = new StudyGrid(place);
    grids.set(place.dataset.grid, grid);
    return grid;
  }

  function StudyGrid(place) {
    const name = place.dataset.grid;
    const region = place.querySelector(".scroll");
    const table = region.querySelector("table");
    const body = table.tBodies[0];
    const columns = [...table.tHead.rows[0].cells].slice(1).map((head) => ({
      name: head.dataset.column, kind: head.dataset.kind, list: head.dataset.list, among: head.dataset.among ? head.dataset.among.split("|") : [],
      unit: head.querySelector("small") ? head.querySelector("small").textContent : "",
    }));
    const add = place.querySelector("[data-add]");
    const over = document.createElement("div");
    over.className = "grid-over";
    const box = document.createElement("div");
    const tools = document.createElement("div");
    tools.className = "grid-tools";
    over.append(tools, box);
    region.before(over);
    region.hidden = true;
    let past = [];
    let future = [];
    let own = false; // while this script changes inputs itself
    let at = { row: 0, column: 0 };
    let shown = null;

    const undo = tool(`\u21b6 ${place.dataset.undo}`, "Ctrl+Z", () => back(past, future));
    const redo = tool(`\u21b7 ${place.dataset.redo}`, "Ctrl+Y", () => back(future, past));
    function tool(sign, keys, act) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "quiet";
      button.textContent = sign;
      button.title = keys;
      button.disabled = true;
      button.addEventListener("click", act);
      tools.append(button);
      return button;
    }

    const rows = () => [...body.rows];
    const input = (row, column) => row.querySelector(`input[name="row.${name}.${row.dataset.row}.${columns[column].name}"]`);
    const record = (row) => Object.fromEntries([["id", row.dataset.row], ...columns.map((c, n) => [`c${n}`, input(row, n).value])]);
    const snapshot = () => rows().map((row) => columns.map((c, n) => input(row, n).value));
    const editors = (c) => {
      const words = c.among.length ? c.among : c.kind === "yes or no" ? ["yes", "no"] : [];
      if (words.length) return { editor: "list", editorParams: { values: ["", ...words], autocomplete: true, freetext: true, allowEmpty: true, listOnEmpty: true } };
      if (c.list) return { editor: "list", editorParams: { valuesLookup: () => [...document.getElementById(c.list).options].map((o) => ({ value: o.value, label: o.textContent && o.textContent !== o.value ? `${o.value} — ${o.textContent}` : o.value })), autocomplete: true, freetext: true, allowEmpty: true, listOnEmpty: true, placeholderEmpty: "", filterFunc: fits } };
      return { editor: "input", editorParams: { selectContents: true } };
    };
    const fits = (term, label, value) => !term || term.toLowerCase().split(/\s+/).every((word) => `${label} ${value}`.toLowerCase().includes(word));

    shown = new Tabulator(box, {
      data: rows().map(record), index: "id", layout: "fitDataFill", height: rows().length > 14 ? "28rem" : undefined,
      headerSortClickElement: "icon", editTriggerEvent: "focus", rowHeader: false, renderVertical: "basic", renderHorizontal: "basic",
      columns: [
        ...columns.map((c, n) => ({
          title: c.unit ? `${c.name} (${c.unit})` : c.name, field: `c${n}`, headerSort: false, resizable: "header", minWidth: c.kind === "words" || c.kind === "as in a study" ? 150 : 84,
          hozAlign: c.kind.endsWith("number") ? "right" : undefined, ...editors(c),
          cellEditing: (cell) => {
            at = { row: cell.getRow().getPosition() - 1, column: n };
            requestAnimationFrame(() => { if (document.activeElement && document.activeElement.select) document.activeElement.select(); });
          },
          cellEdited: (cell) => write([[cell.getRow().getPosition() - 1, n, String(cell.getValue() ?? "")]]),
        })),
        {
          title: "\u00d7", field: "take", headerSort: false, width: 44, hozAlign: "center",
          formatter: () => {
            const button = document.createElement("button");
            button.type = "button";
            button.className = "take-row";
            button.textContent = "\u00d7";
            button.setAttribute("aria-label", place.dataset.take);
            return button;
          },
          cellClick: (event, cell) => clear(cell.getRow().getPosition() - 1),
        },
      ],
    });
    const ready = new Promise((resolve) => shown.on("tableBuilt", resolve));
    ready.then(() => {
      // The cells are reached by Tab; what holds them is no stop of its own, and has no place among rows.
      for (const holder of box.querySelectorAll(".tabulator-tableholder")) holder.removeAttribute("tabindex");
      box.setAttribute("aria-label", name);
    });

    function remember() {
      past.push(snapshot());
      if (past.length > 200) past.shift();
      future = [];
    }
    function write(cells) {
      remember();
      put(cells);
    }
    function put(cells) {
      own = true;
      let last = null;
      for (const [r, c, value] of cells) {
        while (r >= body.rows.length) more();
        const field = input(body.rows[r], c);
        if (field.value !== value) { field.value = value; last = field; }
      }
      own = false;
      if (last) { own = true; last.dispatchEvent(new Event("input", { bubbles: true })); own = false; }
      refresh();
    }
    function refresh() {
      undo.disabled = !past.length;
      redo.disabled = !future.length;
      ready.then(() => {
        const there = new Map(shown.getData().map((row) => [row.id, row]));
        const missing = rows().map(record).filter((row) => !there.has(row.id));
        const other = rows().map(record).filter((row) => there.has(row.id) && columns.some((c, n) => there.get(row.id)[`c${n}`] !== row[`c${n}`]));
        if (other.length) shown.updateData(other);
        if (missing.length) shown.addData(missing);
      });
    }
    function more() {
      const last = body.rows[body.rows.length - 1];
      const row = last.cloneNode(true);
      const news = rows().map((one) => /^new(\d+)$/.exec(one.dataset.row)).filter(Boolean).map((found) => Number(found[1]));
      const number = `new${news.length ? Math.max(...news) + 1 : 0}`;
      for (const field of row.querySelectorAll("input")) {
        field.name = field.name.replace(`row.${name}.${last.dataset.row}.`, `row.${name}.${number}.`);
        field.value = "";
        field.removeAttribute("value");
      }
      row.dataset.row = number;
      body.append(row);
      return row;
    }
    function clear(r) {
      write(columns.map((c, n) => [r, n, ""]));
    }
    function back(from, to) {
      if (!from.length) return;
      to.push(snapshot());
      const state = from.pop();
      put(rows().flatMap((row, r) => columns.map((c, n) => [r, n, state[r] ? state[r][n] : ""])));
    }

    // Keys of undo and redo anywhere in the grid; in a cell that is being edited they are the cell's own.
    over.addEventListener("keydown", (event) => {
      const key = event.key.toLowerCase();
      if (!(event.ctrlKey || event.metaKey) || !["z", "y"].includes(key)) return;
      const field = event.target.closest(".tabulator-editing input");
      const cell = field && shown.getRows()[at.row];
      if (field && cell && field.value !== String(cell.getData()[`c${at.column}`] ?? "")) return;
      event.preventDefault();
      if (field) field.blur();
      if (key === "y" || event.shiftKey) back(future, past);
      else back(past, future);
    });

    // A block from a spreadsheet: its texts fire no event of a cell, so each is read here.
    over.addEventListener("paste", async (event) => {
      const text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
      if (!/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
      event.preventDefault();
      event.stopPropagation();
      const from = { ...at };
      const block = cellsOf(text);
      const numbers = block.flatMap((line, r) => line.map((value, c) => ({ value, column: columns[from.column + c] }))).filter((one) => one.column && one.column.kind.endsWith("number")).map((one) => one.value.trim());
      const mark = await decimalMark(numbers);
      if (mark === null) return;
      if (document.activeElement && over.contains(document.activeElement)) document.activeElement.blur();
      const cells = [];
      block.forEach((line, r) => line.forEach((value, c) => {
        const column = columns[from.column + c];
        if (column) cells.push([from.row + r, from.column + c, column.kind.endsWith("number") ? plainNumber(value, mark) : value.trim()]);
      }));
      write(cells);
    }, true);

    if (add) add.addEventListener("click", (event) => {
      event.preventDefault();
      for (let n = 0; n < 5; n++) more();
      refresh();
    });
    // What else changes the inputs, such as what was kept and is taken up, is shown too.
    body.addEventListener("input", () => { if (!own) refresh(); });
    refresh();
    this.take = (row, column, value) => {
      while (!rows().some((one) => one.dataset.row === row)) more();
      const r = rows().findIndex((one) => one.dataset.row === row);
      const c = columns.findIndex((one) => one.name === column);
      if (c >= 0) put([[r, c, value]]);
    };
  }

  // Cells of a block as spreadsheets copy it: tabs between, quotes around what has breaks in it.
  function cellsOf(text) {
    const lines = [[]];
    let cell = "";
    let quoted = false;
    const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
    for (let n = 0; n < source.length; n++) {
      const sign = source[n];
      if (quoted) {
        if (sign === '"' && source[n + 1] === '"') { cell += '"'; n++; }
        else if (sign === '"') quoted = false;
        else cell += sign;
      } else if (sign === '"' && cell === "" && /^"(?:[^"]|"")*"(?=[\t\n]|$)/.test(source.slice(n))) quoted = true;
      else if (sign === "\t") { lines[lines.length - 1].push(cell); cell = ""; }
      else if (sign === "\n") { lines[lines.length - 1].push(cell); cell = ""; lines.push([]); }
      else cell += sign;
    }
    lines[lines.length - 1].push(cell);
    return lines;
  }

  const SPACES = /[ \u00a0\u2007\u2009\u202f'\u2019]/g;
  // The mark before decimals that numbers can have, by each: both where a number can be read in two ways.
  function marksOf(text) {
    const plain = text.replace(SPACES, "").replace(/^[-+\u2212]/, "");
    if (!/^[\d.,]+$/.test(plain) || !/[.,]/.test(plain)) return [",", "."];
    const dots = (plain.match(/\./g) || []).length;
    const commas = (plain.match(/,/g) || []).length;
    if (dots && commas) return plain.lastIndexOf(",") > plain.lastIndexOf(".") ? [","] : ["."];
    const sign = dots ? "." : ",";
    const other = dots ? "," : ".";
    if (dots + commas > 1) return [other];
    return /^[1-9]\d{0,2}[.,]\d{3}$/.test(plain) ? [",", "."] : [sign];
  }
  function decimalMark(numbers) {
    const told = numbers.filter((one) => /[.,]/.test(one));
    if (!told.length) return Promise.resolve(".");
    const commas = told.some((one) => marksOf(one).join() === ",");
    const dots = told.some((one) => marksOf(one).join() === ".");
    if (commas !== dots) return Promise.resolve(commas ? "," : ".");
    return ask(told.find((one) => marksOf(one).length === 2) || told[0]);
  }
  function ask(example) {
    const dialog = document.getElementById("ask-decimal");
    dialog.querySelector("[data-example]").textContent = example;
    dialog.querySelector("[data-comma]").textContent = `, → ${plainNumber(example, ",")}`;
    dialog.querySelector("[data-dot]").textContent = `. → ${plainNumber(example, ".")}`;
    return new Promise((resolve) => {
      dialog.returnValue = "";
      dialog.addEventListener("close", () => resolve(dialog.returnValue || null), { once: true });
      dialog.showModal();
    });
  }
  // A number as a study writes it; what is no number stays as it is, and is told when it is sent.
  function plainNumber(text, mark) {
    const plain = text.trim().replace(SPACES, "").replace("\u2212", "-");
    if (!/^[-+]?[\d.,]*\d[\d.,]*$/.test(plain)) return text.trim();
    const other = mark === "," ? "." : ",";
    return plain.split(other).join("").replace(mark, ".");
  }
})();
