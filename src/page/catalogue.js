(() => {
  const at = id => document.getElementById(id);
  const bodies = ["datasets", "listed"].map(id => at(id).tBodies[0]);
  const rows = [...bodies[0].rows], listed = [...bodies[1].rows];
  const selects = [...document.querySelectorAll("select[data-filter]")];

  for (const select of selects) {
    const words = new Set();
    for (const row of rows)
      for (const word of (row.dataset[select.dataset.filter] || "").split(" ")) if (word) words.add(word);
    for (const word of ["", ...[...words].sort()]) {
      const option = document.createElement("option");
      option.value = word;
      option.textContent = word || "any";
      select.append(option);
    }
  }

  const textOf = row => (row.textContent + " " + Object.values(row.dataset).join(" ")).toLowerCase();
  const texts = new Map([...rows, ...listed].map(row => [row, textOf(row)]));

  /* A set of unknown resolution is never within a bound. */
  function isShown(row, words, most) {
    return words.every(word => texts.get(row).includes(word)) &&
      selects.every(s => !s.value || (row.dataset[s.dataset.filter] || "").split(" ").includes(s.value)) &&
      (!most || (row.dataset.finest !== undefined && Number(row.dataset.finest) <= most));
  }

  function update() {
    const words = at("words").value.toLowerCase().split(/\s+/).filter(Boolean), most = Number(at("gsd").value);
    for (const row of rows) row.hidden = !isShown(row, words, most);
    for (const row of listed) row.hidden = !words.every(word => texts.get(row).includes(word));
    at("shown").textContent = `${rows.filter(r => !r.hidden).length} of ${rows.length} shown`;
  }

  function valueOf(row, column) {
    const cell = row.cells[column];
    return cell.dataset.v === undefined ? cell.textContent.toLowerCase() : Number(cell.dataset.v);
  }

  function compare(a, b) {
    return a < b ? -1 : a > b ? 1 : 0;
  }

  for (const body of bodies) {
    [...body.parentNode.tHead.rows[0].cells].forEach((head, column, heads) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const sorted = [...body.rows].map((row, i) => [valueOf(row, column), i, row]);
        sorted.sort((x, y) => (down ? -1 : 1) * compare(x[0], y[0]) || x[1] - y[1]);
        body.append(...sorted.map(entry => entry[2]));
      });
    });
  }

  const svg = document.querySelector("svg.lineage");
  function light(group) {
    svg.classList.toggle("asked", Boolean(group));
    for (const e of svg.querySelectorAll(".on")) e.classList.remove("on");
    if (!group) return;
    const n = group.dataset.n, near = new Set([n]);
    for (const path of svg.querySelectorAll("path")) {
      if (path.dataset.a !== n && path.dataset.b !== n) continue;
      path.classList.add("on");
      near.add(path.dataset.a).add(path.dataset.b);
    }
    for (const g of svg.querySelectorAll("g")) if (near.has(g.dataset.n)) g.classList.add("on");
  }
  for (const group of svg.querySelectorAll("g")) {
    group.addEventListener("mouseenter", () => light(group));
    group.addEventListener("mouseleave", () => light(null));
    (group.closest("a") || group).addEventListener("focus", () => light(group));
    (group.closest("a") || group).addEventListener("blur", () => light(null));
  }

  at("filters").addEventListener("input", update);
  at("reset").addEventListener("click", () => {
    at("words").value = at("gsd").value = "";
    for (const select of selects) select.value = "";
    update();
  });
  at("filters").hidden = false;
  update();
})();
