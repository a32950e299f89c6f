// Behaviour shared by the network pages: print, a chart's table, the fields of a chosen command.
import { toggle } from "../ui/chart.js";

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const button = event.target.closest("[data-chart]");
  if (!button) return;
  toggle(document.getElementById(button.dataset.chart));
  button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
});

const command = document.querySelector("[data-command]");
if (command) {
  const chosen = command.querySelector("select[name=code]");
  const show = () => command.querySelectorAll("[data-command-of]").forEach((part) => {
    part.hidden = part.dataset.commandOf !== chosen.value;
    part.querySelectorAll("input").forEach((input) => {
      input.required = !part.hidden;
      if (!part.hidden && input.type === "datetime-local" && !input.value) input.value = input.dataset.now;
    });
  });
  chosen.addEventListener("change", show);
  show();
}

// The card that a row opens brings the map's button to go back; here there is nothing to go back to.
document.addEventListener("htmx:after:swap", (event) => event.target.querySelector?.("[data-live-close]")?.remove());
