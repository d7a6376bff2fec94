// Says at once that a file is too large, before it travels; the server decides again.
const form = document.querySelector("form[data-largest]");
const file = form?.querySelector("input[type=file]");
const says = document.getElementById("too-large");

function isTooLarge() {
  return file.files.length > 0 && file.files[0].size > Number(form.dataset.largest);
}

file?.addEventListener("change", () => { says.hidden = !isTooLarge(); });
form?.addEventListener("submit", (event) => {
  if (isTooLarge()) {
    event.preventDefault();
    says.hidden = false;
    file.focus();
  }
});
