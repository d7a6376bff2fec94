// A form that is sent after the session has ended comes back empty from signing in: what was typed into it is put back. It is kept in
// this tab alone, for the same person, and only until the next page.
(() => {
  const kept = "typed", who = document.querySelector("details.menu > summary")?.textContent.trim();
  const said = document.currentScript.dataset.said;
  const forms = () => [...document.querySelectorAll("main form[method=post]")];
  const fields = form => [...form.elements].filter(field => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type));
  const ticks = field => ["checkbox", "radio"].includes(field.type);

  function putBack() {
    const left = JSON.parse(sessionStorage.getItem(kept) ?? "null");
    sessionStorage.removeItem(kept);
    const signedIn = document.referrer && new URL(document.referrer).pathname === "/People/SignIn";
    const form = left && signedIn && left.who === who && left.page === location.pathname ? forms()[left.form] : null;
    if (!form) return;
    for (const [index, field] of fields(form).entries()) {
      const [name, value] = left.typed[index] ?? [];
      if (name !== field.name) break;
      if (ticks(field)) field.checked = value;
      else field.value = value;
    }
    const note = document.createElement("div");
    note.className = "alert alert-info";
    note.setAttribute("role", "status");
    note.textContent = said;
    form.before(note);
  }

  document.addEventListener("submit", event => {
    const form = forms().indexOf(event.target);
    if (form < 0) return;
    const typed = fields(event.target).map(field => [field.name, ticks(field) ? field.checked : field.value]);
    sessionStorage.setItem(kept, JSON.stringify({ who, page: location.pathname, form, typed }));
  });
  putBack();
})();
