"use strict";
// Adds filters and sorting. Without it the page shows everything.
(() => {
  const keys = ["mode", "employees", "years", "shards", "status"];
  const rows = [...document.querySelectorAll(".row")];
  const counted = [...document.querySelectorAll(".sortable .row")];
  const compare = new Intl.Collator("en", { numeric: true }).compare;
  const bar = document.getElementById("filters");
  const selects = {};
  const told = document.createElement("output");
  const reset = document.createElement("button");

  function apply() {
    for (const row of rows) {
      row.hidden = keys.some((key) => {
        const value = row.dataset[key];
        return selects[key].value !== "" && value !== undefined && value !== selects[key].value;
      });
    }
    const shown = counted.filter((row) => !row.hidden).length;
    told.textContent = `${shown} of ${counted.length} cells shown`;
    reset.disabled = keys.every((key) => selects[key].value === "");
  }

  for (const key of keys) {
    const values = [...new Set(counted.map((row) => row.dataset[key]))].sort(compare);
    const label = document.createElement("label");
    const select = document.createElement("select");
    select.id = `filter-${key}`;
    select.append(new Option("all", ""));
    values.forEach((value) => select.append(new Option(key === "employees" ? Number(value).toLocaleString("en") : value, value)));
    select.addEventListener("change", apply);
    selects[key] = select;
    label.hidden = values.length < 2;
    label.append(key, select);
    bar.append(label);
  }
  reset.type = "button";
  reset.textContent = "show all";
  reset.addEventListener("click", () => {
    Object.values(selects).forEach((select) => {
      select.value = "";
    });
    apply();
  });
  bar.append(reset, told);
  bar.hidden = false;

  function order(row, place) {
    return row.children[place].dataset.order ?? row.children[place].textContent;
  }

  function sort(table, header, place) {
    const descending = header.getAttribute("aria-sort") === "ascending";
    const body = table.tBodies[0];
    const sorted = [...body.rows].sort((one, other) => {
      const [ours, theirs] = [order(one, place), order(other, place)];
      if (ours === "" || theirs === "") {
        return (ours === "") - (theirs === ""); // what is unknown stands last in either direction
      }
      const numbers = [Number(ours), Number(theirs)];
      const difference = numbers.some(Number.isNaN) ? compare(ours, theirs) : numbers[0] - numbers[1];
      return descending ? -difference : difference;
    });
    [...header.parentElement.children].forEach((each) => each.removeAttribute("aria-sort"));
    header.setAttribute("aria-sort", descending ? "descending" : "ascending");
    body.append(...sorted);
  }

  for (const table of document.querySelectorAll(".sortable")) {
    [...table.tHead.rows[0].cells].forEach((header, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = header.textContent;
      button.addEventListener("click", () => sort(table, header, place));
      header.replaceChildren(button);
    });
  }
  apply();
})();
