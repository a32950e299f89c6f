// Behaviour shared by the air pages: print, fields that submit when changed, the toggle of a chart's table, keys J and K.
import { toggle } from "../ui/chart.js";

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const button = event.target.closest("[data-chart]");
  if (button) {
    toggle(document.getElementById(button.dataset.chart));
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});
