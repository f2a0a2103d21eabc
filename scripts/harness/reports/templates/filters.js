"use strict";
// A bar with one choice for each name in `values`. `show` hides what does not fit and returns what to tell the reader;
// it gets a function that says what was chosen for a name, or null. Without JavaScript a page shows everything.
function addFilters(values, show, label = (name, value) => value) {
  const bar = document.getElementById("filters");
  const told = document.createElement("output");
  const reset = document.createElement("button");
  const selects = {};

  function chosen(name) {
    return [null, ...values[name]][selects[name].selectedIndex];
  }

  function apply() {
    told.textContent = show(chosen);
    reset.disabled = Object.keys(values).every((name) => chosen(name) === null);
  }

  for (const [name, options] of Object.entries(values)) {
    const frame = document.createElement("label");
    const select = document.createElement("select");
    select.id = `filter-${name}`;
    select.append(new Option("all", ""), ...options.map((value) => new Option(label(name, value), value)));
    select.addEventListener("change", apply);
    selects[name] = select;
    frame.hidden = options.length < 2;
    frame.append(name, select);
    bar.append(frame);
  }
  reset.type = "button";
  reset.textContent = "show all";
  reset.addEventListener("click", () => {
    Object.values(selects).forEach((select) => {
      select.selectedIndex = 0;
    });
    apply();
  });
  bar.append(reset, told);
  bar.hidden = false;
  apply();
}
