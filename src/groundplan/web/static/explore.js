// Figures that people explore: the server's drawing becomes an ECharts figure that hands, ears and a keyboard can read.
// Every word comes from the server, in the option or in the figure's data attributes. The markup is explore.html's.
"use strict";
(() => {
  const DARK = matchMedia("(prefers-color-scheme: dark)");
  const STILL = matchMedia("(prefers-reduced-motion: reduce)");
  const ROW = 24; // pixels for a row of names
  const NARROW = 600;
  const list = (thing) => (thing === undefined ? [] : Array.isArray(thing) ? thing : [thing]);

  // Whether the page around a figure is dark: its text is light.
  function onDark(figure) {
    const [red, green, blue] = getComputedStyle(figure).color.match(/[\d.]+/g).map(Number);
    return 0.3 * red + 0.6 * green + 0.1 * blue > 128;
  }

  // A text in ECharts' rich text, in which braces begin a style.
  const plain = (text) => text.replace(/[{}]/g, "");

  function height(option, width) {
    const type = option.series.map((one) => one.type);
    const grids = list(option.grid);
    if (grids.length && grids[0].height) return Math.max(...grids.map((one) => one.top + one.height)) + 70;
    if (type.includes("sankey")) return Math.max(320, Math.max(...stopsByDepth(option)) * ROW * 1.5 + 60);
    const names = list(option.yAxis).find((one) => one.data && one.inverse);
    return names ? names.data.length * ROW + (type.includes("heatmap") ? 220 : 140) : Math.min(420, Math.max(300, width * 0.6));
  }

  function stopsByDepth(option) {
    const count = {};
    for (const stop of option.series[0].data) count[stop.depth] = (count[stop.depth] || 0) + 1;
    return [0, ...Object.values(count)];
  }

  // Which axes a reader may zoom: those of names; where there are none, both.
  function zooms(option) {
    if (!option.xAxis) return [];
    const axes = [["xAxisIndex", list(option.xAxis)], ["yAxisIndex", list(option.yAxis)]];
    const named = axes.filter(([, all]) => all.some((one) => one.data));
    return (named.length ? named : axes).map(([key, all]) => ({
      type: "inside", [key]: all.map((_, n) => n), filterMode: "none", zoomOnMouseWheel: "ctrl", moveOnMouseWheel: false,
      preventDefaultMouseMove: false,
    }));
  }

  // The option as a page of this width and these wishes shows it; the server's own numbers and names.
  function shown(option, width, dark, tip) {
    const own = structuredClone(option);
    const cells = own.series.some((one) => one.type === "heatmap");
    delete own.marks;
    delete own.toolbox; // the buttons below the figure do that, by keyboard too
    own.title = { show: false };
    own.aria = { enabled: true, label: { enabled: false }, decal: { show: !cells } };
    own.animation = !STILL.matches;
    own.backgroundColor = "transparent";
    const look = dark ? { backgroundColor: "#222", textStyle: { color: "#fff" } } : { textStyle: { color: "#222" } };
    own.tooltip = { trigger: "item", renderMode: "richText", confine: true, formatter: tip, ...look };
    own.dataZoom = zooms(own);
    for (const grid of list(own.grid)) fit(grid, width);
    named(own, width, cells);
    if (own.visualMap && "right" in own.visualMap && width < NARROW) {
      delete own.visualMap.right;
      Object.assign(own.visualMap, { orient: "horizontal", left: "center", bottom: 0 });
    }
    for (const one of own.series) {
      if (one.type === "sankey") {
        one.right = Math.min(160, Math.round(width * 0.3));
        one.left = 8;
      } else if (!one.silent) one.emphasis = { ...one.emphasis, ...edged(one, dark) };
    }
    return own;
  }

  function edged(series, dark) {
    const look = { borderColor: dark ? "#fff" : "#000", borderWidth: 2 };
    return series.type === "lines" ? { lineStyle: { color: look.borderColor, opacity: 1 } } : { itemStyle: look };
  }

  // Axes of names say every name, shortened where they must be; the axis below has its name in its middle.
  function named(own, width, cells) {
    const upright = list(own.yAxis).find((one) => one.data);
    if (upright) {
      upright.axisLabel = { ...upright.axisLabel, interval: 0, width: Math.round(width * 0.36), overflow: "truncate" };
      if (!cells) for (const grid of list(own.grid)) grid.top = 24;
    }
    const level = list(own.xAxis);
    if (cells) {
      const room = width < NARROW ? { interval: "auto", hideOverlap: true } : { interval: 0 };
      level[0].axisLabel = { ...level[0].axisLabel, ...room, width: 120, overflow: "truncate" };
      own.grid.bottom = 84; // above the scale of colours
    }
    for (const axis of level) {
      if (axis.name && axis.show !== false) Object.assign(axis, { nameLocation: "middle", nameGap: 28 });
    }
  }

  // A map keeps its shape on a narrower page.
  function fit(grid, width) {
    if (typeof grid.width !== "number") return;
    const part = Math.min(1, (width - 20) / grid.width);
    grid.width = Math.round(grid.width * part);
    grid.height = Math.round(grid.height * part);
  }

  class Explored {
    constructor(figure, option) {
      this.figure = figure;
      this.option = option;
      this.marks = option.marks;
      this.at = -1;
      this.window = 100; // per cent of the axes that is shown
      this.stage = figure.querySelector(".explore-stage");
      this.place = figure.querySelector(".explore-chart");
      this.live = figure.querySelector(".explore-says");
      this.says = new Map(this.marks.map((mark) => [this.key(mark.series, mark.index, mark.edge), mark.says]));
      figure.querySelector(".explore-drawing").hidden = true;
      for (const one of figure.querySelectorAll(".explore-stage, .explore-keys, [data-take]")) one.hidden = false;
      this.draw();
      this.listen();
    }

    key(series, index, edge) { return `${series} ${index} ${edge ? "edge" : ""}`; }

    // What a mark says when it is pointed at; a stop of a Sankey diagram says its name.
    tip(params) {
      const edge = params.dataType === "edge";
      const stop = params.dataType === "node" ? params.data.label.formatter : "";
      return plain(stop || this.says.get(this.key(params.seriesIndex, params.dataIndex, edge)) || params.name || "");
    }

    draw() {
      this.chart?.dispose();
      const width = this.stage.clientWidth;
      const dark = onDark(this.figure);
      const option = shown(this.option, width, dark, (params) => this.tip(params));
      this.place.style.height = `${height(option, width)}px`;
      this.chart = echarts.init(this.place, dark ? "dark" : null, { renderer: "svg", width });
      this.chart.setOption(option);
      this.width = width;
      if (this.window < 100) this.zoom(this.window);
    }

    listen() {
      this.stage.addEventListener("keydown", (event) => this.pressed(event));
      this.stage.addEventListener("blur", () => this.leave());
      for (const button of this.figure.querySelectorAll("[data-take]"))
        button.addEventListener("click", () => this.take(button.dataset.take));
      this.figure.querySelector(".explore-table").addEventListener("click", (event) => this.toTable(event));
      new ResizeObserver(() => this.stage.clientWidth !== this.width && this.draw()).observe(this.stage);
      for (const wish of [DARK, STILL]) wish.addEventListener("change", () => this.draw());
    }

    pressed(event) {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const last = this.marks.length - 1;
      const keys = {
        ArrowRight: () => this.go(Math.min(last, this.at + 1)), ArrowLeft: () => this.go(Math.max(0, this.at - 1)),
        ArrowDown: () => this.go(this.nextRow(1)), ArrowUp: () => this.go(this.nextRow(-1)),
        Home: () => this.go(0), End: () => this.go(last), Escape: () => this.escape(),
        "+": () => this.zoom(this.window / 2), "=": () => this.zoom(this.window / 2),
        "-": () => this.zoom(this.window * 2), 0: () => this.zoom(100),
      };
      if (!keys[event.key] || last < 0) return;
      event.preventDefault();
      keys[event.key]();
    }

    // The mark in the row below or above that stands nearest; where all stand in one row, the next or the one before.
    nextRow(step) {
      const here = this.marks[Math.max(this.at, 0)];
      if (this.at < 0) return 0;
      const rows = [...new Set(this.marks.map((mark) => mark.row))].sort((a, b) => a - b);
      if (rows.length === 1) return Math.min(this.marks.length - 1, Math.max(0, this.at + step));
      const row = rows[rows.indexOf(here.row) + step];
      if (row === undefined) return this.at;
      const far = (n) => Math.abs(this.marks[n].column - here.column);
      const there = this.marks.flatMap((mark, n) => (mark.row === row ? [n] : []));
      return there.reduce((best, n) => (far(n) < far(best) ? n : best));
    }

    go(place) {
      this.quiet();
      this.at = place;
      const { series, index, edge, says } = this.marks[place];
      const target = { seriesIndex: series, dataIndex: index, ...(edge ? { dataType: "edge" } : {}) };
      this.chart.dispatchAction({ type: "highlight", ...target });
      if (!edge) this.chart.dispatchAction({ type: "showTip", ...target }); // ECharts would show a stop's
      this.live.textContent = says;
    }

    quiet() {
      this.chart.dispatchAction({ type: "downplay" });
      this.option.series.forEach((_, n) => this.chart.dispatchAction({ type: "downplay", seriesIndex: n }));
      this.chart.dispatchAction({ type: "hideTip" });
    }

    leave() { this.quiet(); this.live.textContent = ""; }

    escape() {
      this.leave();
      this.at = -1;
      this.figure.querySelector(".explore-table").focus();
    }

    // Show so many per cent of the axes, about the mark that is read.
    zoom(window) {
      const parts = this.chart.getOption().dataZoom || [];
      if (!parts.length) return;
      this.window = Math.min(100, Math.max(3.125, window));
      parts.forEach((part, n) => {
        const middle = this.share(part.xAxisIndex?.length ? "xAxis" : "yAxis");
        const start = Math.min(100 - this.window, Math.max(0, middle - this.window / 2));
        this.chart.dispatchAction({ type: "dataZoom", dataZoomIndex: n, start, end: start + this.window });
      });
      this.live.textContent = `${this.figure.dataset.zoomed} ${Math.round(10000 / this.window)} %`;
    }

    // Where the mark that is read stands along an axis, in per cent.
    share(way) {
      const mark = this.marks[this.at];
      const axis = list(this.option[way]).find((one) => one.data) || list(this.option[way])[0];
      if (!mark) return 50;
      const data = this.option.series[mark.series].data[mark.index];
      const cell = Array.isArray(data) ? data[way === "xAxis" ? 0 : 1] : mark.index;
      if (axis.data) return (100 * (cell + 0.5)) / axis.data.length;
      const spot = data?.coords?.[0] || data?.value;
      const value = Array.isArray(spot) ? spot[way === "xAxis" ? 0 : 1] : NaN;
      return Number.isFinite(value) && axis.max > axis.min ? (100 * (value - axis.min)) / (axis.max - axis.min) : 50;
    }

    toTable(event) {
      const table = document.getElementById(event.currentTarget.hash.slice(1));
      if (!table) return;
      for (let around = table; around; around = around.parentElement) if (around.tagName === "DETAILS") around.open = true;
      event.preventDefault();
      if (!table.hasAttribute("tabindex")) table.setAttribute("tabindex", "-1");
      table.scrollIntoView({ behavior: STILL.matches ? "auto" : "smooth" });
      table.focus();
    }

    async take(kind) {
      const file = {
        svg: () => new Blob([this.chart.renderToSVGString()], { type: "image/svg+xml" }), png: () => this.png(),
        csv: () => new Blob(["\ufeff", this.csv()], { type: "text/csv" }),
        json: () => new Blob([JSON.stringify(this.option, null, 1)], { type: "application/json" }),
      };
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await file[kind]());
      link.download = `${this.figure.dataset.file}.${kind}`;
      link.click();
      URL.revokeObjectURL(link.href);
    }

    // The figure once more on a canvas, twice as fine, on paper's white.
    async png() {
      const away = document.createElement("div");
      const size = { width: this.width, height: this.place.clientHeight, devicePixelRatio: 2 };
      const chart = echarts.init(away, null, { renderer: "canvas", ...size });
      const option = shown(this.option, this.width, false, () => "");
      chart.setOption({ ...option, animation: false, backgroundColor: "#fff" });
      const canvas = chart.renderToCanvas({ pixelRatio: 2, backgroundColor: "#fff" });
      const picture = await new Promise((done) => canvas.toBlob(done, "image/png"));
      chart.dispose();
      return picture;
    }

    csv() {
      const cell = (value) => {
        const text = value === null ? "" : String(value);
        // A text that a spreadsheet would take for a formula is kept a text.
        const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
        return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
      };
      const rows = [["series", "item", "value", "unit"], ...this.marks.map((mark) => mark.cells)];
      return rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
    }
  }

  async function explore(figure) {
    figure.dataset.ready = "asked";
    try {
      const answer = await fetch(figure.dataset.option, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.statusText);
      figure.explored = new Explored(figure, await answer.json());
      figure.dataset.ready = "yes";
    } catch (fault) {
      figure.dataset.ready = "no";
      figure.querySelector(".explore-says").textContent = figure.dataset.failed;
      console.warn(fault);
    }
  }

  // Figures of the page, and those that a part of it brings along later.
  function exploreAll() {
    for (const figure of document.querySelectorAll("figure.explore:not([data-ready])")) explore(figure);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", exploreAll);
  else exploreAll();
  document.addEventListener("htmx:after:swap", exploreAll);
})();
