// The list of a ledger: a row opens its preview; J and K go down and up, space chooses, Enter opens the entry.
// What is chosen narrows exports.
const ticks = () => [...document.querySelectorAll(".tbl tbody input[name=code]")];

document.addEventListener("click", (event) => {
  const row = event.target.closest(".tbl[data-rows] tbody tr");
  if (!row || event.target.closest("input, label")) return;
  select(row);
  if (!event.target.closest("a, button")) row.querySelector("[data-row]")?.click();
});

document.addEventListener("dblclick", (event) => open(event.target.closest(".tbl[data-rows] tbody tr")));

document.addEventListener("change", (event) => {
  if (event.target.matches(".tbl input[name=code]")) count();
});

function select(row) {
  for (const other of row.parentElement.children) other.removeAttribute("aria-selected");
  row.setAttribute("aria-selected", "true");
}

function open(row) {
  const address = row?.querySelector("[data-open]")?.dataset.open;
  if (address) location.assign(address);
}

function count() {
  const chosen = ticks().filter((tick) => tick.checked);
  const note = document.querySelector("[data-chosen]");
  note.hidden = chosen.length === 0;
  note.querySelector("[data-chosen-count]").textContent = chosen.length;
  for (const link of document.querySelectorAll("[data-exports] a")) {
    const address = new URL(link.href);
    address.searchParams.delete("code");
    for (const tick of chosen) address.searchParams.append("code", tick.value);
    link.href = address.href;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input:not([name=code]), select, textarea, [popover]") || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = [...document.querySelectorAll(".tbl[data-rows] tbody tr")];
  const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
  if (event.key === "Enter" && !event.target.closest("a:not([data-row]), button, summary")) {
    event.preventDefault();
    return open(rows[at]);
  }
  if (event.key === " " && rows[at] && !event.target.closest("a, button, summary, input")) {
    event.preventDefault();
    const tick = rows[at].querySelector("input[name=code]");
    tick.checked = !tick.checked;
    return count();
  }
  const step = { j: 1, k: -1 }[event.key.toLowerCase()];
  if (!step || rows.length === 0) return;
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  select(next);
  next.querySelector("[data-row]")?.click();
  next.scrollIntoView({ block: "nearest" });
});

count();
