// Behaviour of the shell: menu on phones, the as-of control, popovers beside their opener, shortcuts.

const press = (button, on) => button.setAttribute("aria-pressed", String(on));

function menu() {
  const button = document.querySelector("[data-menu]");
  button?.addEventListener("click", () => {
    const open = document.body.classList.toggle("nav-open");
    button.setAttribute("aria-expanded", String(open));
    if (open) document.querySelector("#nav a")?.focus();
  });
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("#nav, [data-menu]")) closeMenu();
});

function closeMenu() {
  if (!document.body.classList.contains("nav-open")) return;
  document.body.classList.remove("nav-open");
  const button = document.querySelector("[data-menu]");
  button?.setAttribute("aria-expanded", "false");
  button?.focus();
}

function asOf() {
  const form = document.querySelector("[data-as-of]");
  const toggle = form?.querySelector("[data-replay-toggle]");
  toggle?.addEventListener("click", () => {
    for (const part of form.querySelectorAll(".field, .btn")) part.hidden = false;
    press(toggle, true);
    form.querySelector("input").focus();
  });
}

// A popover opens under (or above) the control that names it, inside the window.
function place(popover) {
  const opener = document.querySelector(`[popovertarget="${popover.id}"]`);
  if (!opener || matchMedia("(max-width: 720px)").matches) {
    popover.style.removeProperty("left");
    popover.style.removeProperty("top");
    return;
  }
  const from = opener.getBoundingClientRect();
  const size = popover.getBoundingClientRect();
  const left = Math.min(Math.max(8, from.left), innerWidth - size.width - 8);
  const below = from.bottom + 6;
  const top = below + size.height > innerHeight - 8 ? Math.max(8, from.top - size.height - 6) : below;
  popover.style.left = `${left}px`;
  popover.style.top = `${top}px`;
}

function popovers() {
  document.addEventListener("toggle", (event) => {
    if (event.newState === "open" && event.target.matches(".pop")) place(event.target);
  }, true);
  document.addEventListener("htmx:after:swap", (event) => {
    const popover = event.target.closest?.(".pop");
    if (popover) place(popover);
  });
}

function shortcuts() {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenu();
    if (event.target.closest("input, select, textarea, [contenteditable]") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "?") document.getElementById("help")?.togglePopover();
    if (event.key === "t" || event.key === "T") {
      for (const table of document.querySelectorAll("details[data-behind-chart]")) table.open = !table.open;
    }
  });
}

menu();
asOf();
popovers();
shortcuts();
