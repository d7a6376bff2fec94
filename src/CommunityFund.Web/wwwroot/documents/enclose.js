// Says at once that a file is too large, before it travels; the server decides again.
for (const part of document.querySelectorAll("fieldset[data-largest]")) {
  const files = [...part.querySelectorAll("input[type=file]")];
  const says = part.querySelector("[data-too-large]");
  const isTooLarge = () => files.some((input) => [...input.files].some((file) => file.size > Number(part.dataset.largest)));
  const show = () => {
    says.hidden = !isTooLarge();
    says.classList.toggle("d-block", isTooLarge());
  };
  for (const input of files) {
    input.addEventListener("change", show);
  }
  part.form.addEventListener("submit", (event) => {
    if (isTooLarge()) {
      event.preventDefault();
      show();
      files.find((input) => input.files.length > 0)?.focus();
    }
  });
}
