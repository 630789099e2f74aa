"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const at = id => document.getElementById(id);
  const wall = at("wall"), tools = at("tools");
  const duplicates = data.kind === "duplicates";
  /* A pair, its article and its tick. */
  const pairs = data.pairs.map((pair, i) => {
    const article = at("pair-" + (i + 1));
    return {pair, article, tick: article.querySelector("h2 input"), over: article.querySelector(".over")};
  });
  const group = p => p.pair.benchmark || p.pair.a.dataset;

  function fill(select, values) {
    for (const value of [...new Set(values)].sort()) {
      const option = document.createElement("option");
      option.value = option.textContent = value;
      select.append(option);
    }
  }
  if (duplicates) at("benchmark").parentElement.firstChild.data = "Stays in ";
  if (duplicates) at("dataset").parentElement.firstChild.data = "Repeats in ";
  fill(at("benchmark"), pairs.map(group));
  fill(at("dataset"), pairs.map(p => p.pair.b.dataset));
  fill(at("method"), pairs.flatMap(p => p.pair.methods));
  for (const [value, word] of duplicates ? [["b", "what repeats"], ["a", "what stays"]]
                                         : [["b", "training data"], ["a", "benchmark"]]) {
    const option = document.createElement("option");
    option.value = value;
    option.textContent = word;
    at("side").append(option);
  }

  function isShown(p) {
    const low = at("low").value, high = at("high").value, score = p.pair.score;
    if (at("benchmark").value && group(p) !== at("benchmark").value) return false;
    if (at("dataset").value && p.pair.b.dataset !== at("dataset").value) return false;
    if (at("method").value && !p.pair.methods.includes(at("method").value)) return false;
    if (low !== "" && !(score >= Number(low))) return false;
    return high === "" || score <= Number(high);
  }

  function count() {
    const shown = pairs.filter(p => !p.article.hidden).length;
    const selected = pairs.filter(p => p.tick.checked).length;
    at("count").textContent = `${shown} of ${pairs.length} pairs, ${selected} selected`;
  }

  function filter() {
    for (const p of pairs) p.article.hidden = !isShown(p);
    count();
  }

  /* Pairs without the number come last. */
  function order() {
    const by = at("order").value, key = by.replace("-", "");
    const sign = by === "-score" || by === "distance" ? -1 : 1;
    const value = p => p.pair[key] === undefined ? Infinity : sign * p.pair[key];
    const sorted = by ? pairs.toSorted((x, y) => value(x) - value(y) || 0) : pairs;
    wall.append(...sorted.map(p => p.article));
  }

  /* The first picture is laid under the second, once it is needed. */
  function show(p, view) {
    const second = p.over.querySelector("img"), first = p.article.querySelector(".under img");
    if (!second || !first) return;
    if (view !== "side" && !p.over.querySelector(".beneath")) {
      const beneath = first.cloneNode();
      beneath.className = "beneath";
      beneath.alt = "";
      p.over.prepend(beneath);
    }
    p.over.classList.toggle("difference", view === "difference");
    p.over.classList.toggle("flicker", view === "flicker");
  }

  function toggle(p) {
    show(p, p.over.classList.contains("difference") ? "side" : "difference");
  }

  function select(p, on) {
    p.tick.checked = on;
    p.article.classList.toggle("selected", on);
  }

  function save(name, type, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], {type}));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  /* Nothing selected means all that is shown. */
  function chosen() {
    const selected = pairs.filter(p => p.tick.checked);
    return selected.length ? selected : pairs.filter(p => !p.article.hidden);
  }

  function saveText() {
    const side = at("side").value, ids = new Set();
    let short = 0;
    for (const p of chosen()) {
      for (const id of p.pair[side].samples) ids.add(id);
      if (p.pair[side].samples.length < p.pair[side].n_samples) short++;
    }
    save(data.kind + ".ids", "text/plain", [...ids].sort().map(id => id + "\n").join(""));
    at("saved").textContent = `${ids.size} ids saved` + (short ? `; of ${short} pictures not all ` +
      "samples are listed here: the JSON names these pictures by content_hash" : "");
  }

  function saveJson() {
    const list = chosen().map(p => p.pair);
    save(data.kind + ".json", "application/json", JSON.stringify({schema: data.schema, kind: data.kind, pairs: list}, null, 1) + "\n");
    at("saved").textContent = `${list.length} pairs saved`;
  }

  function step(by) {
    const shown = [...wall.children].filter(a => a.tagName === "ARTICLE" && !a.hidden);
    const now = shown.indexOf(document.activeElement.closest("article"));
    const next = shown[Math.min(shown.length - 1, Math.max(0, now < 0 ? 0 : now + by))];
    if (next) next.focus();
  }

  document.addEventListener("keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey || /^(SELECT|TEXTAREA)$/.test(e.target.tagName) ||
        (e.target.tagName === "INPUT" && e.target.type === "number")) return;
    const article = document.activeElement.closest("article");
    const p = article && pairs.find(x => x.article === article);
    if (e.key === "j") step(1);
    else if (e.key === "k") step(-1);
    else if (e.key === "x" && p) { select(p, !p.tick.checked); count(); }
    else if (e.key === "d" && p) toggle(p);
    else return;
    e.preventDefault();
  });

  for (const id of ["benchmark", "dataset", "method", "low", "high"]) at(id).addEventListener("input", filter);
  at("order").addEventListener("input", order);
  at("view").addEventListener("input", () => { for (const p of pairs) show(p, at("view").value); });
  at("gain").addEventListener("input", () => wall.style.setProperty("--gain", at("gain").value));
  at("all").addEventListener("click", () => { for (const p of pairs) if (!p.article.hidden) select(p, true); count(); });
  at("none").addEventListener("click", () => { for (const p of pairs) select(p, false); count(); });
  at("text").addEventListener("click", saveText);
  at("json").addEventListener("click", saveJson);
  for (const p of pairs) {
    p.tick.addEventListener("change", () => { select(p, p.tick.checked); count(); });
    p.over.addEventListener("click", () => toggle(p));
    p.over.title = "click: the difference";
  }
  tools.addEventListener("submit", e => e.preventDefault());
  tools.hidden = pairs.length === 0;
  filter();
})();
