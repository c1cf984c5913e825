// While a roster is being made: says how far it is, and shows the roster once it is there.

const EVERY_MS = 2000;
const line = document.getElementById("making");

async function look() {
  try {
    const answer = await fetch(line.dataset.progress, { headers: { accept: "application/json" } });
    if (answer.ok) {
      const progress = await answer.json();
      if (!progress.under_way) {
        window.location.reload();
        return;
      }
      if (progress.text !== line.textContent) line.textContent = progress.text;
    }
  } catch {
    // The network is away for a moment: the next look tells.
  }
  window.setTimeout(look, EVERY_MS);
}

if (line) window.setTimeout(look, EVERY_MS);
