// Counts the seconds down between two drawings of the page; without this script they simply stand there until the page is drawn anew.
const left = document.querySelector('[data-seconds]'), bar = document.querySelector('progress');
if (left) {
  const until = Date.now() + Number(left.dataset.seconds) * 1000;
  setInterval(() => {
    const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    left.textContent = left.dataset.says.replace('#', seconds);
    bar.value = seconds;
    if (seconds === 0) {
      location.reload();
    }
  }, 500);
}
