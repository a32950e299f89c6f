// The list of alarms: a row opens its preview; J and K go down and up, Enter opens the alarm.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const row = event.target.closest(".tbl tbody tr");
  if (!row) return;
  for (const other of row.parentElement.children) other.removeAttribute("aria-selected");
  row.setAttribute("aria-selected", "true");
  if (!event.target.closest("a, button, input")) row.querySelector("[data-row]")?.click();
});

document.addEventListener("dblclick", (event) => open(event.target.closest(".tbl tbody tr")));

function open(row) {
  const address = row?.querySelector("[data-open]")?.dataset.open;
  if (address) location.assign(address);
}

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = [...document.querySelectorAll(".tbl tbody tr")];
  const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
  if (event.key === "Enter" && !event.target.closest("a:not([data-row]), button, summary")) {
    event.preventDefault();
    return open(rows[at]);
  }
  const step = { j: 1, k: -1 }[event.key.toLowerCase()];
  if (!step || rows.length === 0) return;
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  next.querySelector("[data-row]")?.click();
  next.scrollIntoView({ block: "nearest" });
});
