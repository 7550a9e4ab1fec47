// Tables that a reader can sort: a heading is a button, and `aria-sort` says which way.

const words = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

export function makeSortable() {
  for (const table of document.querySelectorAll("table[data-sortable]")) {
    const status = table.closest("section").querySelector("[data-sorted]");
    [...table.tHead.rows[0].cells].forEach((heading, column) => {
      if (!("fixed" in heading.dataset)) addButton(table, heading, column, status);
    });
  }
}

function addButton(table, heading, column, status) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...heading.childNodes);
  heading.append(button);
  button.addEventListener("click", () => {
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    sortRows(table.tBodies[0], column, down);
    status.textContent = `Sorted by ${button.textContent}, ${down ? "descending" : "ascending"}.`;
  });
}

/** Empty cells stay last, whichever way; rows that are equal keep their order. */
function sortRows(body, column, down) {
  const rows = [...body.rows].map((row) => ({ row, key: keyOf(row.cells[column]) }));
  const numbers = rows.every(({ key }) => key === "" || Number.isFinite(Number(key)));
  const compare = numbers ? (a, b) => a - b : (a, b) => words.compare(a, b);
  rows.sort((one, other) => {
    if (one.key === "" || other.key === "") return (one.key === "") - (other.key === "");
    return down ? compare(other.key, one.key) : compare(one.key, other.key);
  });
  body.append(...rows.map(({ row }) => row));
}

function keyOf(cell) {
  return cell.dataset.number ?? cell.textContent.trim();
}
