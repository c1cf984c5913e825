/** Keeps the mark of a training room in the window's title, whatever the page makes of it. */

const MARK = document.querySelector("script[data-mark]")?.dataset.mark ?? "";

function keep() {
  if (MARK && !document.title.includes(MARK)) document.title = MARK + document.title;
}

keep();
new MutationObserver(keep).observe(document.querySelector("title"), { childList: true, characterData: true, subtree: true });
