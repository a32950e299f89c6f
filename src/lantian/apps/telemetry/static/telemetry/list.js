// The list of stations: a row opens its preview; J and K go down and up, Enter opens the station.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const row = event.target.closest(".tbl tbody tr");
  if (!row || event.target.closest("a, button, input")) return;
  row.querySelector("[data-row]")?.click();
});

function select(row) {
  for (const other of row.parentElement.children) other.removeAttribute("aria-selected");
  row.setAttribute("aria-selected", "true");
}

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-row]")?.closest("tr");
  if (row) select(row);
});

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { j: 1, k: -1 }[event.key.toLowerCase()];
  if (!step) return;
  const rows = [...document.querySelectorAll(".tbl tbody tr")];
  const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  next?.querySelector("[data-row]")?.click();
  next?.scrollIntoView({ block: "nearest" });
});
