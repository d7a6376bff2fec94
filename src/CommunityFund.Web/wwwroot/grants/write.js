// Saves a section in the background while it is written, one sending at a time. What had no answer is sent again as it was, so that it is
// saved once; what somebody else overtook waits for the person to press the button.
(() => {
  const form = document.querySelector("form[data-auto]");
  if (!form) return;
  const says = form.querySelector("[data-auto-says]");
  const field = name => form.elements.namedItem(name);
  let timer = 0, busy = null, unsaved = false, unanswered = null, isStale = false;

  const say = (text, isWrong) => {
    says.textContent = text;
    says.classList.toggle("is-wrong", isWrong);
  };

  async function send() {
    const body = unanswered ?? new FormData(form);
    unsaved = unanswered !== null && unsaved;
    unanswered = body;
    try {
      const answer = await fetch(form.dataset.auto, { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.redirected || !(answer.headers.get("content-type") ?? "").includes("json")) throw new Error("no answer");
      const told = await answer.json();
      unanswered = null;
      field("FormKey").value = told.key;
      if (answer.ok) field("Version").value = told.version;
      isStale = told.isStale === true;
      say(told.says, !answer.ok);
    } catch {
      say(says.dataset.failed, true);
      timer = setTimeout(start, 15000);
    }
  }

  function start() {
    clearTimeout(timer);
    if (busy || isStale) return busy;
    busy = send().finally(() => {
      busy = null;
      if (unsaved && !unanswered) later();
    });
    return busy;
  }

  function later() {
    unsaved = true;
    clearTimeout(timer);
    timer = setTimeout(() => { unsaved = false; start(); }, 1500);
  }

  // Names become people when they are saved, so a part with names waits until a field is left.
  form.addEventListener(form.dataset.autoOn ?? "input", later);
  form.addEventListener("submit", event => {
    clearTimeout(timer);
    if (!busy) return;
    event.preventDefault();
    const button = event.submitter;
    busy.finally(() => {
      clearTimeout(timer);
      unsaved = false;
      form.requestSubmit(button);
    });
  });
})();
