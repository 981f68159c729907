// Learning curves that say which run a line is: under the pointer, or by the arrow keys; against seconds or epochs.
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const element = (name, attributes = {}, parent = null) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (parent) parent.append(made);
    return made;
  };
  const html = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const ticks = (low, high, count) => {
    const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
    const step = power * ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10);
    const marks = [];
    for (let at = Math.ceil(low / step - 1e-9) * step; at <= high + step * 1e-9; at += step) marks.push(at);
    return marks.map((each) => Number(each.toPrecision(6)));
  };

  const draw = (box) => {
    const data = JSON.parse(box.querySelector("script").textContent);
    const state = { axis: 0, run: null, point: 0 };
    const axes = ["seconds", "epochs"];
    const bar = html("div", { className: "curves-bar" });
    const plot = html("div", { className: "plot", tabIndex: 0 });
    plot.setAttribute("role", "group");
    plot.setAttribute("aria-label", "Learning curves. Arrows up and down change the run, left and right the epoch.");
    const readout = html("output", { className: "readout" });
    readout.setAttribute("aria-live", "polite");
    box.append(bar, plot, readout);
    const hint = "Point at a line, or use the arrow keys, to see its run and configuration.";
    readout.textContent = hint;

    const chooseAxis = html("fieldset", {}, html("legend", { textContent: "Against" }));
    axes.forEach((axis, index) => {
      const input = html("input", { type: "radio", name: "curves-axis", checked: index === 0 });
      input.addEventListener("change", () => { state.axis = index; redraw(); });
      chooseAxis.append(html("label", {}, input, axis));
    });
    const chooseArms = html("fieldset", {}, html("legend", { textContent: "Arms" }));
    for (const arm of data.arms) {
      const input = html("input", { type: "checkbox", checked: arm.shown });
      input.addEventListener("change", () => { arm.shown = input.checked; state.run = null; redraw(); });
      const swatch = html("i");
      swatch.style.setProperty("--arm", arm.colour);
      chooseArms.append(html("label", {}, input, swatch, arm.name));
    }
    bar.append(chooseAxis, chooseArms);

    const runsShown = () => data.arms.filter((arm) => arm.shown).flatMap((arm) => arm.runs.map((run) => ({ arm, run })));
    let place, marker;

    const redraw = () => {
      const width = plot.clientWidth || 700, height = Math.max(260, Math.min(420, width * 0.55));
      const left = 46, right = 12, top = 10, bottom = 40;
      const arms = data.arms.filter((arm) => arm.shown);
      const points = arms.flatMap((arm) => arm.runs.flatMap((run) => run.points));
      const x = (point) => point[state.axis];
      const most = Math.max(...points.map(x), state.axis ? 1 : 1e-6);
      const values = [...points.map((point) => point[2]), ...(data.level === null ? [] : [data.level])];
      let low = Math.min(...values), high = Math.max(...values);
      if (!(high > low)) [low, high] = [(low || 0) - 0.05, (high || 0) + 0.05];
      const pad = 0.05 * (high - low);
      [low, high] = [low - pad, high + pad];
      place = (point) => [
        left + (x(point) / most) * (width - left - right),
        top + ((high - point[2]) / (high - low)) * (height - top - bottom),
      ];
      const path = (list) => list.map((point, at) => `${at ? "L" : "M"}${place(point).map((n) => n.toFixed(1))}`).join("");

      plot.replaceChildren();
      const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, height, "aria-hidden": "true" }, plot);
      for (const value of ticks(low, high, 5)) {
        const y = place([0, 0, value])[1];
        element("line", { x1: left, x2: width - right, y1: y, y2: y, stroke: "var(--figure-grid)" }, svg);
        element("text", { x: left - 6, y: y + 4, "text-anchor": "end" }, svg).textContent = value;
      }
      for (const value of ticks(0, most, width > 500 ? 7 : 4)) {
        const at = place([value, value, low]);
        element("line", { x1: at[0], x2: at[0], y1: at[1], y2: at[1] + 4, stroke: "var(--figure-spine)" }, svg);
        element("text", { x: at[0], y: at[1] + 17, "text-anchor": "middle" }, svg).textContent = value;
      }
      const base = height - bottom;
      element("line", { x1: left, x2: width - right, y1: base, y2: base, stroke: "var(--figure-spine)" }, svg);
      const below = axes[state.axis];
      element("text", { x: width / 2, y: height - 4, "text-anchor": "middle" }, svg).textContent =
        `${below}; upwards: validation ${data.objective}`;
      if (data.level !== null) {
        const y = place([0, 0, data.level])[1];
        const dashed = { x1: left, x2: width - right, y1: y, y2: y, stroke: "var(--figure-reference)" };
        element("line", { ...dashed, "stroke-dasharray": "5 4" }, svg);
        element("text", { x: left + 4, y: y - 5 }, svg).textContent = `${data.reference}'s mean final value`;
      }
      for (const arm of arms) {
        for (const run of arm.runs) {
          const thin = { d: path(run.points), "stroke-width": 1, "stroke-opacity": 0.4 };
          element("path", thin, svg).style.stroke = arm.colour;
        }
      }
      for (const arm of arms) {
        element("path", { d: path(arm.mean), "stroke-width": 2.5 }, svg).style.stroke = arm.colour;
        for (const point of arm.mean.filter((each) => each[3])) {
          const [cx, cy] = place(point);
          element("circle", { cx, cy, r: arm.mean.length > 40 ? 2 : 3 }, svg).style.fill = arm.colour;
        }
      }
      marker = element("g", {}, svg);
      show(false);
    };

    const show = (moved) => {
      marker.replaceChildren();
      const shown = runsShown();
      if (state.run === null || !shown.length) { readout.textContent = hint; return; }
      const { arm, run } = shown[state.run = Math.min(state.run, shown.length - 1)];
      const point = run.points[state.point = Math.min(state.point, run.points.length - 1)];
      const d = run.points.map((each, at) => `${at ? "L" : "M"}${place(each)}`).join("");
      element("path", { d, "stroke-width": 3 }, marker).style.stroke = arm.colour;
      const [cx, cy] = place(point);
      element("circle", { cx, cy, r: 6, stroke: "var(--page)", "stroke-width": 2 }, marker).style.fill = arm.colour;
      if (!moved) return;
      const settings = run.settings ? ` (${run.settings})` : "";
      readout.textContent =
        `${run.name}${settings}: ${point[2].toFixed(3)} at epoch ${point[1]}, ${point[0]} s${point[3] ? ", end of a cycle" : ""}`;
    };

    const nearest = (event) => {
      const frame = plot.getBoundingClientRect();
      const [px, py] = [event.clientX - frame.left, event.clientY - frame.top];
      let least = Infinity;
      runsShown().forEach(({ run }, index) => run.points.forEach((point, at) => {
        const [x, y] = place(point), distance = (x - px) ** 2 + (y - py) ** 2;
        if (distance < least) [least, state.run, state.point] = [distance, index, at];
      }));
      show(true);
    };
    plot.addEventListener("pointermove", nearest);
    plot.addEventListener("pointerdown", nearest);
    plot.addEventListener("keydown", (event) => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      const count = runsShown().length;
      if (!step || !count) return;
      event.preventDefault();
      state.run = state.run === null ? 0 : (state.run + step[0] + count) % count;
      state.point = Math.max(0, state.point + step[1]);
      show(true);
    });

    let drawnAt = 0;
    new ResizeObserver(() => {
      if (plot.clientWidth && plot.clientWidth !== drawnAt) { drawnAt = plot.clientWidth; redraw(); }
    }).observe(plot);
    redraw();
  };

  for (const box of document.querySelectorAll(".curves")) {
    box.hidden = false;
    box.parentElement.querySelector(".drawn").hidden = true;
    draw(box);
  }
})();
