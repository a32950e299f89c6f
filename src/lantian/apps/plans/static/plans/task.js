// A task's page: a form that was refused opens again with what was typed; a second click does nothing.

const ROWS = ["corrects", "milestone", "line", "row"];
const refused = document.getElementById("refused");

function of(form, name) {
  return form.querySelectorAll(`[name="${CSS.escape(name)}"]`);
}

// The form of an act; where each row has one, that of the row.
function formOf({ act, typed }) {
  const forms = [...document.querySelectorAll(`form[action$="/${CSS.escape(act)}/"]`)];
  return forms.find((form) => ROWS.every((name) => (of(form, name)[0]?.value ?? "") === (typed[name]?.[0] ?? "")));
}

function fill(field, values) {
  if (field.matches("select")) {
    for (const option of field.options) option.selected = values.includes(option.value);
  } else if (field.type === "checkbox") {
    field.checked = values.includes(field.value);
  } else if (field.type !== "file" && field.matches("input:not([type=hidden]), textarea")) {
    [field.value] = values;
  }
}

function reopen(asked) {
  history.replaceState(null, "", asked.page);
  const form = formOf(asked);
  if (!form) return;
  for (const [name, values] of Object.entries(asked.typed)) for (const field of of(form, name)) fill(field, values);
  const said = document.createElement("p");
  said.className = "help over";
  said.setAttribute("role", "alert");
  said.textContent = asked.error;
  form.prepend(said);
  form.closest(".pop")?.showPopover();
  total(form);
  form.querySelector("input:not([type=hidden]), textarea, select")?.focus();
}

// Parts of a split: a weight ticks its part, and their sum is said.
function total(form) {
  const said = form.querySelector("[data-total]");
  if (!said) return;
  const given = [...form.querySelectorAll("input.w")].map((field) => field.value.trim()).filter(Boolean);
  const sum = given.reduce((before, one) => before + Number(one.replace("%", "")), 0);
  said.textContent = given.length ? `Σ ${Math.round(sum * 1000) / 1000} %` : "";
}

for (const part of document.querySelectorAll("[data-split]")) {
  const form = part.closest("form");
  part.addEventListener("input", (event) => {
    if (event.target.matches("input.w") && event.target.value.trim()) {
      event.target.previousElementSibling.querySelector("input").checked = true;
    }
    total(form);
  });
  part.querySelector("[data-all]")?.addEventListener("click", () => {
    const boxes = [...part.querySelectorAll("input[type=checkbox]")];
    const every = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !every;
  });
}

if (refused) reopen(JSON.parse(refused.textContent));

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[method=post]")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
