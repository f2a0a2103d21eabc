// Filters by relation, column and kind.
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
  const choices = {
    relation: rows.map((row) => row.relation),
    column: rows.flatMap((row) => row.columns ?? []),
    kind: rows.map((row) => row.kind).filter((kind) => kind !== null),
  };

  function show(chosen) {
    const [relation, column, kind] = Object.keys(choices).map(chosen);
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
    return `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")} rows shown`;
  }

  const sorted = Object.entries(choices).map(([name, values]) => [name, [...new Set(values)].sort()]);
  addFilters(Object.fromEntries(sorted), show);
})();
