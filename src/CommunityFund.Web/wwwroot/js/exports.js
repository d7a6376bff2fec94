// While an export is being written, the list asks for itself every second; without scripts its link does.
async function askAgain() {
  const list = document.getElementById("jobs");
  if (!list?.dataset.ask) return;
  try {
    const answer = await fetch(list.dataset.ask, { headers: { "X-Requested-With": "fetch" } });
    if (answer.redirected) return; // signed out meanwhile
    if (answer.ok) list.outerHTML = await answer.text();
    if (!document.getElementById("jobs")?.dataset.ask && document.querySelector("[data-going]")) location.reload(); // a month's own row is done too
  } catch {
    // The site is away for a moment; the next time tells.
  }
  setTimeout(askAgain, 1000);
}
setTimeout(askAgain, 1000);
