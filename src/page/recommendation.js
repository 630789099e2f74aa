(() => {
  const at = id => document.getElementById(id);
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const text = at(button.dataset.copy).textContent, word = button.textContent;
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy"); /* a page from disk has no clipboard of its own */
      area.remove();
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = word; }, 1500);
    });
  }
  if (!at("model")) return;
  const model = Object.assign(JSON.parse(at("model").textContent), JSON.parse(at("call").textContent));
  const SVG = "http://www.w3.org/2000/svg", count = n => Math.round(n).toLocaleString("en-US");
  const now = solve(model, model.budget, model.goals.map(g => g.share));

  function element(tag, text, name) {
    const e = document.createElement(tag);
    if (text !== undefined) e.textContent = text;
    if (name) e.className = name;
    return e;
  }

  /* Two bars, one above the other: now and then. */
  function bars() {
    const svg = document.createElementNS(SVG, "svg"), rects = [];
    svg.setAttribute("class", "bar two");
    svg.setAttribute("viewBox", "0 0 100 20");
    svg.setAttribute("preserveAspectRatio", "none");
    for (const [name, y] of [["c", 0], ["a", 10]]) {
      const rect = document.createElementNS(SVG, "rect");
      rect.setAttribute("class", name);
      rect.setAttribute("y", y);
      rect.setAttribute("height", 10);
      rects.push(rect);
      svg.append(rect);
    }
    return {svg, rects};
  }

  function table(id, names, before) {
    const body = at(id).tBodies[0];
    return names.map((name, i) => {
      const row = element("tr"), cell = element("td", undefined, "chart"), b = bars();
      const then = element("td", "", "n");
      cell.append(b.svg);
      const head = element("th", name);
      head.scope = "row";
      row.append(head, cell, element("td", count(before[i]), "n"), then);
      body.append(row);
      return {rects: b.rects, then, before: before[i]};
    });
  }

  function fill(rows, values) {
    const most = Math.max(1, ...values, ...rows.map(r => r.before));
    rows.forEach((row, i) => {
      row.then.textContent = count(values[i]);
      row.rects[0].setAttribute("width", 100 * row.before / most);
      row.rects[1].setAttribute("width", 100 * values[i] / most);
    });
  }

  /* What the datasets give to a form, as their supply of it; what fills up is not told. */
  function byDataset(result) {
    const out = model.datasets.map(() => 0);
    const supply = model.parts.map(() => 0);
    for (const [, part, n] of model.held) supply[part] += n;
    for (const [dataset, part, n] of model.held)
      if (supply[part]) out[dataset] += result.parts[part] * n / supply[part];
    return out;
  }

  const forms = table("new-forms", model.parts.map(p => p.name), now.parts);
  const datasets = table("new-datasets", model.datasets, byDataset(now));
  const inputs = [];

  function slider(name, value, least, most, step, curve) {
    const label = element("label"), range = element("input"), number = element("input");
    range.type = "range";
    number.type = "number";
    number.min = least;
    number.max = most;
    number.step = step;
    range.min = 0;
    range.max = 1000;
    const toRange = v => curve ? 1000 * Math.log(v / least) / Math.log(most / least) : 1000 * (v - least) / (most - least);
    const toValue = r => curve ? least * Math.pow(most / least, r / 1000) : least + (most - least) * r / 1000;
    const round = v => Math.min(most, Math.max(least, Math.round(v / step) * step));
    const neat = v => Number(round(v).toFixed(3));
    number.value = value;
    range.value = toRange(value);
    range.addEventListener("input", () => { number.value = neat(toValue(Number(range.value))); update(); });
    number.addEventListener("input", () => {
      if (number.value !== "" && Number(number.value) > 0) { range.value = toRange(neat(Number(number.value))); update(); }
    });
    range.setAttribute("aria-label", name);
    label.append(element("span", name), range, number);
    at("controls").append(label);
    inputs.push(() => neat(Number(number.value) || value));
  }

  const most = Math.max(model.usable, model.budget, 2);
  slider("Budget, samples", model.budget, 1, most, 1, most > 1000);
  for (const goal of model.goals)
    if (model.goals.length > 1) slider("Share of " + goal.name, goal.share, 0.1, Math.max(10, goal.share), 0.1, false);

  function update() {
    const budget = inputs[0](), shares = model.goals.map((g, i) => model.goals.length > 1 ? inputs[1 + i]() : g.share);
    const then = solve(model, budget, shares);
    fill(forms, then.parts);
    fill(datasets, byDataset(then));
    at("new-covered").textContent = (100 * then.covered).toFixed(1) + " %";
    at("new-aimed").textContent = count(then.aimed);
    at("new-repeats").textContent = then.repeats ? `, ${count(then.repeats)} of them repeats` : "";
    at("new-filled").textContent = then.filled ? `, ${count(then.filled)} filled up with others` : "";
    at("command").textContent = commandOf(model, budget, shares);
  }

  at("sliders").hidden = false;
  update();
})();
