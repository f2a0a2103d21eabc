"use strict";
// Adds filters by relation, column and kind. Without it the page shows everything.
(() => {
  const rows = [...document.querySelectorAll(".row[data-columns], .row[data-kind]")].map((element) => ({
    element,
    relation: element.dataset.relation,
    columns: element.dataset.columns === undefined ? null : JSON.parse(element.dataset.columns),
    kind: element.dataset.kind ?? null,
  }));
  if (rows.length === 0) {
    return;
  }
  const bar = document.getElementById("filters");
  const choices = {
    relation: new Set(rows.map((row) => row.relation)),
    column: new Set(rows.flatMap((row) => row.columns ?? [])),
    kind: new Set(rows.map((row) => row.kind).filter((kind) => kind !== null)),
  };
  const selects = {};
  for (const [name, values] of Object.entries(choices)) {
    const label = document.createElement("label");
    const select = document.createElement("select");
    label.append(name, select);
    select.id = `filter-${name}`;
    select.append(new Option("all", ""));
    [...values].sort().forEach((value, place) => select.append(new Option(value, String(place + 1))));
    select.addEventListener("change", apply);
    selects[name] = select;
    label.hidden = values.size === 0;
    bar.append(label);
  }
  const reset = document.createElement("button");
  reset.type = "button";
  reset.textContent = "show all";
  reset.addEventListener("click", () => {
    Object.values(selects).forEach((select) => {
      select.value = "";
    });
    apply();
  });
  const told = document.createElement("output");
  bar.append(reset, told);
  bar.hidden = false;

  function chosen(name) {
    const select = selects[name];
    return select.value === "" ? null : select.selectedOptions[0].text;
  }

  function apply() {
    const [relation, column, kind] = ["relation", "column", "kind"].map(chosen);
    let shown = 0;
    for (const row of rows) {
      const fits =
        (relation === null || row.relation === relation) &&
        (column === null || row.columns === null || row.columns.includes(column)) &&
        (kind === null || row.kind === null || row.kind === kind);
      row.element.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const article of document.querySelectorAll("article")) {
      article.hidden = relation !== null && article.dataset.relation !== relation;
    }
    for (const group of document.querySelectorAll(".sample, .group")) {
      const inside = [...group.querySelectorAll(".row")];
      group.hidden = inside.length > 0 && inside.every((element) => element.hidden);
    }
    told.textContent = `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")} rows shown`;
    reset.disabled = shown === rows.length;
  }

  apply();
})();
