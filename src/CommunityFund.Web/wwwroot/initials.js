// Proposes the initials of the Chinese name until somebody writes their own.
const name = document.getElementById("Form_NameZh");
const initials = document.getElementById("Form_Pinyin");
let proposed = initials.value;

name.addEventListener("change", async () => {
  if (initials.value !== proposed) {
    return;
  }
  const answer = await fetch(`/Accounts/Add?handler=Initials&name=${encodeURIComponent(name.value)}`);
  if (answer.ok && initials.value === proposed) {
    initials.value = proposed = await answer.text();
  }
});
