// Makes the heads of the roster buttons that sort it. Without it the roster stands in its own order, by need.
"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const told = document.getElementById(table.dataset.told);
  const worth = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.sort ?? cell.textContent.trim();
  };
  for (const head of table.tHead.rows[0].cells) {
    if (!head.dataset.kind) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const falls = head.getAttribute("aria-sort") === "ascending";
      const sign = falls ? -1 : 1;
      const isNumber = head.dataset.kind === "number";
      const rows = [...body.rows].sort((one, other) => {
        const a = worth(one, head.cellIndex), b = worth(other, head.cellIndex);
        if (!a || !b) return (a ? 0 : 1) - (b ? 0 : 1);
        return sign * (isNumber ? a - b : a.localeCompare(b));
      });
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", falls ? "descending" : "ascending");
      body.append(...rows);
      told.textContent = `Sorted by ${button.textContent.trim().toLowerCase()}, ${falls ? "falling" : "rising"}`;
    });
  }
}
