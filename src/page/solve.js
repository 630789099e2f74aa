"use strict";
/* The arithmetic of src/choose: a budget over goals, forms and answers. Nothing here knows a page. */

/* claims: [{weight, limit, tie}]; sets got. The level at which min(limit, level * weight) add up to the
   budget, then whole numbers by the largest remainder. */
function shareOut(claims, budget) {
  let left = budget, open = 0;
  for (const c of claims) {
    c.got = c.limit > 0 ? -1 : 0;
    open += c.limit > 0 ? c.weight : 0;
  }
  for (let any = true; any && open > 0;) {
    const level = left / open;
    any = false;
    for (const c of claims)
      if (c.got < 0 && c.limit <= level * c.weight) {
        c.got = c.limit;
        any = true;
      }
    left = budget;
    open = 0;
    for (const c of claims) {
      if (c.got < 0) open += c.weight;
      else left -= c.got;
    }
  }
  let given = 0;
  const order = [];
  for (const c of claims) {
    c.rest = -1;
    if (c.got < 0) {
      const exact = open > 0 ? left * c.weight / open : 0;
      c.got = Math.floor(exact);
      c.rest = exact - c.got;
      if (c.got < c.limit) order.push(c);
    }
    given += c.got;
  }
  order.sort((x, y) => y.rest - x.rest || x.tie - y.tie);
  for (let i = 0; i < order.length && given < budget; i++, given++) order[i].got++;
  return given;
}

/* What a part got over its answers: no sample twice before all are used. */
function sharePart(cells, budget, got) {
  const fresh = cells.reduce((sum, c) => sum + c.fresh, 0);
  for (const c of cells) c.limit = c.fresh;
  shareOut(cells, Math.min(budget, fresh));
  for (const c of cells) got[c.tie] += c.got;
  if (budget <= fresh) return;
  for (const c of cells) c.limit = c.uses - c.fresh;
  shareOut(cells, budget - fresh);
  for (const c of cells) got[c.tie] += c.got;
}

/* One round over goals, parts and answers: adds to `got` what each cell gets of the budget. `all` = also
   what is beyond a picture's share. Returns what was given out. */
function shareRound(model, weights, budget, got, all) {
  const goals = [], parts = model.parts.map((p, i) => ({weight: weights[i], limit: 0, tie: i}));
  const cells = model.cells.map(([part, , weight, supply, within, room], i) => {
    const uses = (all ? supply * model.epochs : room) - got[i];
    parts[part].limit += uses;
    return {weight, uses, fresh: Math.max(0, (all ? supply : within) - got[i]), tie: i, part};
  });
  model.parts.forEach((p, i) => {
    const goal = goals[p.goal] ||= {weight: 0, limit: 0, tie: p.goal, parts: [], got: 0};
    goal.weight += weights[i];
    goal.limit += parts[i].limit;
    goal.parts.push(parts[i]);
  });
  const given = shareOut(goals.filter(Boolean), budget);
  for (const goal of goals.filter(Boolean)) shareOut(goal.parts, goal.got);
  parts.forEach((part, i) => sharePart(cells.filter(c => c.part === i), part.got, got));
  return given;
}

/* What each form and answer gets of `budget` when goal g has share shares[g].
   model.parts: [{goal, of_goal}], model.cells: [[part, demand, weight, supply, within, room]], ordered by part. */
function solve(model, budget, shares) {
  const weights = model.parts.map(p => shares[p.goal] * p.of_goal), n = model.cells.length;
  const whole = weights.reduce((sum, w) => sum + w, 0), cells = new Array(n).fill(0);
  const general = Math.floor(budget * model.general + 0.5), aimable = budget - general;
  const within = shareRound(model, weights, aimable, cells, false);
  if (aimable > within) shareRound(model, weights, aimable - within, cells, true);
  const parts = model.parts.map(() => 0);
  let covered = 0, aimed = 0, different = 0;
  for (let begin = 0, end; begin < n; begin = end) {
    const part = model.cells[begin][0], target = aimable * weights[part] / whole;
    let sum = 0, got = 0, wanted = 0;
    for (end = begin; end < n && model.cells[end][0] === part; end++) sum += model.cells[end][2];
    for (let i = begin; i < end; i++) {
      const [, demand, weight, supply] = model.cells[i], once = Math.min(cells[i], supply);
      parts[part] += cells[i];
      different += once;
      got += demand * Math.pow(once, model.alpha);
      wanted += demand * Math.pow(target * weight / sum, model.alpha);
    }
    aimed += parts[part];
    covered += (wanted > 0 && got < wanted ? got / wanted : 1) * weights[part] / whole;
  }
  const filled = Math.max(0, Math.min(budget - aimed, model.usable - different));
  return {parts, cells, aimed, covered, filled, repeats: aimed - different};
}

/* A word for a POSIX shell. */
function quoted(word) {
  return /^[A-Za-z0-9_@%+=:,.\/-]+$/.test(word) ? word : "'" + word.replaceAll("'", "'\\''") + "'";
}

/* The command that makes this choice. */
function commandOf(model, budget, shares) {
  const words = ["rsift", "recommend"];
  model.goals.forEach((goal, g) => words.push(goal.option || "--like", goal.name + (shares[g] === 1 ? "" : ":" + shares[g])));
  words.push("--budget", String(budget), ...model.options, "-o", model.recipe);
  return words.map(quoted).join(" ");
}
