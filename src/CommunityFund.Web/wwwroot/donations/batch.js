// While gifts are typed, count, sum and what is missing follow; the server counts again before anything is prepared.
const control = document.getElementById("control");
const fen = (text) => Math.round(Number(String(text).replace(/[,，\s¥￥]/g, "")) * 100) || 0;
const figures = (units) =>
  `${units < 0 ? "-" : ""}${Math.floor(Math.abs(units) / 100).toLocaleString("en-US")}.${String(Math.abs(units) % 100).padStart(2, "0")}`;
function count() {
  const amounts = [...document.querySelectorAll('.batch-grid input[name$=".Amount"]')].map((cell) => fen(cell.value));
  const sum = amounts.reduce((all, units) => all + units, 0);
  const missing = Number(control.dataset.total) - sum;
  control.querySelector("[data-typed]").textContent = amounts.filter((units) => units > 0).length;
  control.querySelector("[data-sum]").textContent = figures(sum);
  const left = control.querySelector("[data-missing]");
  left.textContent = figures(missing);
  left.parentElement.classList.toggle("neg", missing !== 0);
}
if (control && document.querySelector(".batch-grid")) document.addEventListener("input", count);
