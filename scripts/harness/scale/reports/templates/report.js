// Filters and sorting.
(() => {
  const keys = ["mode", "employees", "years", "shards", "status"];
  const rows = [...document.querySelectorAll(".row")];
  const counted = [...document.querySelectorAll(".sortable .row")];
  const compare = new Intl.Collator("en", { numeric: true }).compare;

  function show(chosen) {
    for (const row of rows) {
      row.hidden = keys.some((key) => chosen(key) !== null && key in row.dataset && row.dataset[key] !== chosen(key));
    }
    return `${counted.filter((row) => !row.hidden).length} of ${counted.length} cells shown`;
  }

  function label(key, value) {
    return key === "employees" ? Number(value).toLocaleString("en") : value;
  }

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
  const values = keys.map((key) => [key, [...new Set(counted.map((row) => row.dataset[key]))].sort(compare)]);
  addFilters(Object.fromEntries(values), show, label);
})();
