// The keyboard of 逐笔认领. Every key presses something that is on the page anyway; nothing here decides what is allowed.
(() => {
  const page = document.querySelector('[data-claim]');
  if (!page) return;

  const candidates = [...page.querySelectorAll('[data-candidate]')];
  const lines = [...page.querySelectorAll('[data-line] a')];
  let chosen = 0;

  const choose = at => {
    candidates[chosen]?.classList.remove('chosen');
    chosen = Math.max(0, Math.min(candidates.length - 1, at));
    candidates[chosen]?.classList.add('chosen');
    candidates[chosen]?.scrollIntoView({ block: 'nearest' });
  };
  const press = key => document.querySelector(`[data-key="${key}"]`)?.click();
  const walk = step => {
    const at = lines.indexOf(document.activeElement);
    const from = at >= 0 ? at : lines.findIndex(line => line.getAttribute('aria-current') === 'true');
    lines[Math.max(0, Math.min(lines.length - 1, from + step))]?.focus();
  };
  const mark = () => {
    const box = document.activeElement?.closest('[data-line]')?.querySelector('input[type=checkbox]:not(:disabled)');
    if (box) box.checked = !box.checked;
    return Boolean(box);
  };
  const split = () => {
    const part = page.querySelector('[data-split]');
    if (!part) return;
    part.open = true;
    part.querySelector('input').focus();
  };
  const help = () => {
    const keys = page.querySelector('[data-keys]');
    if (!keys) return;
    keys.open = !keys.open;
    keys.scrollIntoView({ block: 'nearest' });
  };

  const keys = {
    ArrowUp: () => choose(chosen - 1),
    ArrowDown: () => choose(chosen + 1),
    ArrowRight: () => press('next'),
    Enter: () => candidates[chosen]?.querySelector('[data-accept]')?.click(),
    j: () => walk(1),
    k: () => walk(-1),
    s: split,
    m: () => press('merge'),
    h: () => document.querySelector('#aside [name="Form.Reason"]')?.focus(),
    n: () => document.querySelector('#book select, #book input:not([type=hidden])')?.focus(),
    '?': help,
  };

  choose(0);
  document.addEventListener('keydown', event => {
    const typing = event.target.closest('input:not([type=checkbox]):not([type=radio]), select, textarea, summary');
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing) {
      if (event.key === 'Escape') event.target.blur();
      return;
    }

    if (event.key === ' ') {
      if (mark()) event.preventDefault();
      return;
    }

    if (event.key === 'Enter' && event.target.closest('a, button')) return;
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });

  // On a phone the chosen line comes first; the list opens by a touch and stays open while its pages are turned.
  const queue = page.querySelector('[data-queue]');
  if (queue && window.location.hash !== '#queue' && window.matchMedia('(max-width: 61.99rem)').matches) queue.open = false;
})();
