/* More rows where a form has several of a kind. Without this script a form offers a few empty ones. */

for (const group of document.querySelectorAll("[data-rows]")) {
  const button = group.querySelector("button[data-add]");
  if (!button) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const last = [...group.querySelectorAll(".item")].at(-1);
    const row = last.cloneNode(true);
    row.classList.remove("chosen");
    for (const field of row.querySelectorAll("input")) field.value = "";
    last.after(row);
    row.querySelector("input, select")?.focus();
    group.dispatchEvent(new CustomEvent("row", { bubbles: true, detail: row }));
  });
}
