// Two clocks on the wall: they run on the page alone, and without this script the minutes simply stand there.
for (const clock of document.querySelectorAll('.wall-clock')) {
  const whole = Number(clock.dataset.seconds), shown = clock.querySelector('output');
  const go = clock.querySelector('[data-go]'), reset = clock.querySelector('[data-reset]');
  let left = whole, until = 0, ticking = 0;

  const draw = () => {
    const late = left < 0, seconds = Math.abs(left);
    shown.textContent = `${late ? '-' : ''}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    clock.classList.toggle('short', left <= 30 && left > 0);
    clock.classList.toggle('over', left <= 0 && whole > 0);
    go.textContent = ticking ? go.dataset.stop : go.dataset.go;
  };
  const stop = () => { clearInterval(ticking); ticking = 0; };

  go.hidden = reset.hidden = false;
  go.addEventListener('click', () => {
    if (ticking) {
      stop();
    } else {
      until = Date.now() + left * 1000;
      ticking = setInterval(() => { left = Math.ceil((until - Date.now()) / 1000); draw(); }, 200);
    }
    draw();
  });
  reset.addEventListener('click', () => { stop(); left = whole; draw(); });
  draw();
}
