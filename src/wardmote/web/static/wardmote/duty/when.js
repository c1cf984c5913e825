/* Of the form of a guard, the fields that belong to how the event comes again. */

const kind = document.querySelector("select[name=kind]");

function show() {
  for (const part of document.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(kind.value);
}

kind.addEventListener("change", show);
show();
