// Review of a plan's text: a click in the text opens its task; j and k turn, a accepts.

const review = document.querySelector("[data-review]");

review?.querySelector(".text").addEventListener("click", (event) => {
  const piece = event.target.closest("[data-task]");
  if (!piece || String(getSelection())) return;
  document.getElementById(`t${piece.dataset.task}`)?.click();
});

document.addEventListener("keydown", (event) => {
  if (!review || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, [popover]")) return;
  review.querySelector(`[data-key="${CSS.escape(event.key)}"]:not(:disabled)`)?.click();
});

const shown = review?.querySelector(".chip[aria-current]");
if (shown && !location.hash) shown.scrollIntoView({ block: "center" });
