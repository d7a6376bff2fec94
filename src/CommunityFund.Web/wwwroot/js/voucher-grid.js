// The keyboard of the voucher grid. Without it the same form works by itself; nothing here decides what is allowed.
(() => {
  const form = document.querySelector('[data-grid-form]');
  const grid = form?.querySelector('[data-grid]');
  if (!grid) return;

  const table = grid.querySelector('table');
  const template = grid.querySelector('template');
  const max = Number(grid.dataset.max);
  const rows = () => [...table.querySelectorAll('.grid-row')];
  const cells = row => [...row.querySelectorAll('[data-cell]')].filter(cell => !cell.disabled);
  const rowOf = element => element.closest('.grid-row');
  const cell = (row, kind) => row.querySelector(`[data-${kind}]`);
  const amount = (row, side) => row.querySelector(`[data-amount="${side}"]`);
  const choice = (row, kind) => row.querySelector(`[data-choose="${kind}"]`);

  // Amounts: whole fen, as the server reads them; what it would refuse counts as nothing here.
  const fen = text => {
    const typed = text.trim();
    const shape = /^(-?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]{1,2}))?$/.exec(typed);
    if (!shape || shape[2].replace(/,/g, '').length > 14) return 0n;
    const size = BigInt(shape[2].replace(/,/g, '') + (shape[3] ?? '').padEnd(2, '0'));
    return shape[1] ? -size : size;
  };
  const written = units => {
    const digits = (units < 0n ? -units : units).toString().padStart(3, '0');
    return `${units < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
  };
  const shown = units => written(units).replace(/\B(?=(\d{3})+\.)/g, ',');
  const over = units => grid.dataset[units > 0n ? 'debitOver' : 'creditOver'].replace('{0}', shown(units < 0n ? -units : units));
  const signed = row => fen(amount(row, 'debit').value) - fen(amount(row, 'credit').value);

  // What the lists offer.
  const offers = Object.fromEntries(['account', 'fund'].map(kind => [kind,
    [...document.querySelectorAll(`#grid-${kind}s option`)].map(option => ({ text: option.value, sounds: option.dataset.sound.split(' '), ...option.dataset }))]));
  const offerOf = (kind, text) => offers[kind].find(offer => offer.text === text.trim());
  const fitting = (kind, typed) => {
    const text = typed.trim().toLowerCase();
    return offers[kind].filter(offer => offer.text.toLowerCase().startsWith(text) || offer.sounds.some(sound => sound.startsWith(text))
      || offer.text.slice(offer.text.indexOf(' ') + 1).toLowerCase().includes(text));
  };

  // However a fund is written, it is one fund: by its text, code or name, or by what fits it alone.
  const fundOf = row => {
    const text = choice(row, 'fund').value.trim();
    if (!text || offerOf('fund', text)) return text;
    const named = offers.fund.filter(offer => offer.text.split(' ')[0] === text || offer.text.slice(offer.text.indexOf(' ') + 1) === text);
    const found = named.length ? named : fitting('fund', text);
    return found.length === 1 ? found[0].text : text;
  };

  const paint = () => {
    const debit = rows().reduce((sum, row) => sum + fen(amount(row, 'debit').value), 0n);
    const credit = rows().reduce((sum, row) => sum + fen(amount(row, 'credit').value), 0n);
    const byFund = new Map();
    for (const row of rows()) {
      const fund = fundOf(row);
      byFund.set(fund, (byFund.get(fund) ?? 0n) + signed(row));
    }
    const apart = [...byFund].filter(([, difference]) => difference !== 0n);
    const total = table.querySelector('[data-total]');
    total.hidden = false;
    total.querySelector('[data-debit]').textContent = shown(debit);
    total.querySelector('[data-credit]').textContent = shown(credit);
    const says = total.querySelector('[data-difference]');
    says.classList.toggle('neg', apart.length > 0);
    says.textContent = apart.length === 0
      ? (debit !== 0n || credit !== 0n ? grid.dataset.balanced : '')
      : apart.slice(0, 4).map(([fund, difference]) => `${fund} ${over(difference)}`.trim()).join('; ');
    for (const input of table.querySelectorAll('[data-amount]')) input.classList.toggle('neg', input.value.trim().startsWith('-'));
  };

  // A cell that the account has no use for is shut, and posts nothing.
  const fitCells = row => {
    const item = cell(row, 'item');
    if (!item) return;
    const account = offerOf('account', choice(row, 'account').value);
    const [cashFlows, movements] = item.querySelectorAll('optgroup');
    cell(row, 'restriction').disabled = Boolean(account && !account.restricts);
    item.disabled = Boolean(account && !account.cash && !account.net);
    cashFlows.disabled = Boolean(account && !account.cash);
    movements.disabled = Boolean(account && !account.net);
    if (item.selectedOptions[0]?.parentElement?.disabled) item.value = '';
  };

  const renumber = () => rows().forEach((row, place) => {
    row.querySelector('[data-no]').textContent = place + 1;
    for (const named of row.querySelectorAll('[name]')) named.name = named.name.replace(/^Rows\[[^\]]*\]/, `Rows[${place}]`);
    for (const cellOf of cells(row)) {
      cellOf.setAttribute('aria-label', `${grid.dataset.row.replace('{0}', place + 1)} ${cellOf.closest('td').dataset.label}`);
    }
  });
  const dress = row => {
    row.querySelector('[data-remove]').hidden = false;
    for (const input of row.querySelectorAll('[data-choose]')) combo(input);
    fitCells(row);
  };
  const addRow = () => {
    if (rows().length >= max) return null;
    rows().at(-1).after(template.content.cloneNode(true));
    const row = rows().at(-1);
    dress(row);
    renumber();
    return row;
  };
  const removeRow = row => {
    const all = rows(), place = all.indexOf(row);
    if (all.length <= 2) addRow();
    row.remove();
    renumber();
    paint();
    cells(rows()[Math.min(place, rows().length - 1)])[0].focus();
  };
  const onward = from => {
    const all = rows().flatMap(cells), next = all[all.indexOf(from) + 1];
    (next ?? cells(addRow() ?? rows().at(-1))[0]).focus();
  };

  // = writes what the row's fund lacks; a row without a fund takes the one that is out of balance.
  const balance = input => {
    const row = rowOf(input), others = rows().filter(other => other !== row);
    if (!fundOf(row)) {
      const apart = [...new Set(others.map(fundOf))].filter(each =>
        others.reduce((sum, other) => fundOf(other) === each ? sum + signed(other) : sum, 0n) !== 0n);
      if (apart.length === 1) choice(row, 'fund').value = apart[0];
    }
    const fund = fundOf(row);
    const lacks = -rows().filter(other => other !== row && (!fund || fundOf(other) === fund))
      .reduce((sum, other) => sum + signed(other), 0n);
    if (lacks === 0n) return;
    amount(row, lacks > 0n ? 'debit' : 'credit').value = written(lacks > 0n ? lacks : -lacks);
    amount(row, lacks > 0n ? 'credit' : 'debit').value = '';
    paint();
    amount(row, lacks > 0n ? 'debit' : 'credit').focus();
  };

  // A cell with a list under it: typing narrows, arrows move, Enter or Tab takes.
  const list = document.createElement('div');
  list.className = 'grid-list';
  list.id = 'grid-list';
  list.setAttribute('role', 'listbox');
  list.hidden = true;
  grid.append(list);
  let open = null, found = [], at = -1;
  const close = () => {
    list.hidden = true;
    open?.setAttribute('aria-expanded', 'false');
    open?.removeAttribute('aria-activedescendant');
    open = null;
    at = -1;
  };
  const mark = place => {
    at = place;
    [...list.children].forEach((option, i) => option.setAttribute('aria-selected', String(i === at)));
    list.children[at]?.scrollIntoView({ block: 'nearest' });
    if (at >= 0) open.setAttribute('aria-activedescendant', `grid-list-${at}`);
  };
  const show = input => {
    open = input;
    found = fitting(input.dataset.choose, offerOf(input.dataset.choose, input.value) ? '' : input.value).slice(0, 60);
    list.replaceChildren(...(found.length ? found : [null]).map((offer, i) => {
      const option = document.createElement('div');
      option.id = `grid-list-${i}`;
      option.textContent = offer ? offer.text : grid.dataset.none;
      if (offer) option.setAttribute('role', 'option');
      option.addEventListener('mousedown', event => {
        event.preventDefault();
        if (offer) take(input, offer);
      });
      return option;
    }));
    list.hidden = false;
    const place = input.getBoundingClientRect(), below = window.innerHeight - place.bottom;
    list.style.left = `${Math.max(4, Math.min(place.left, window.innerWidth - list.offsetWidth - 8))}px`;
    list.style.top = below > list.offsetHeight + 8 ? `${place.bottom + 2}px` : `${Math.max(4, place.top - list.offsetHeight - 2)}px`;
    input.setAttribute('aria-expanded', 'true');
    mark(found.length && input.value.trim() ? Math.max(0, found.findIndex(offer => offer.text === input.value.trim())) : -1);
  };
  const take = (input, offer) => {
    input.value = offer.text;
    input.classList.remove('is-invalid');
    const row = rowOf(input);
    const above = rows()[rows().indexOf(row) - 1];
    if (input.dataset.choose === 'account') {
      if (above && !choice(row, 'fund').value) choice(row, 'fund').value = choice(above, 'fund').value;
      fitCells(row);
    }
    close();
    paint();
  };
  const combo = input => {
    input.removeAttribute('list');
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-controls', 'grid-list');
    input.setAttribute('aria-expanded', 'false');
    input.addEventListener('input', () => { fitCells(rowOf(input)); show(input); });
    input.addEventListener('blur', () => { if (open === input) close(); });
    input.addEventListener('click', () => show(input));
  };

  const comboKey = event => {
    const input = event.target;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (open !== input) show(input);
      else if (found.length) mark((at + (event.key === 'ArrowDown' ? 1 : -1) + found.length) % found.length);
      return true;
    }
    if (event.key === 'Escape' && open) {
      close();
      return true;
    }
    if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && open === input && found[at]) take(input, found[at]);
    return false;
  };

  form.addEventListener('keydown', event => {
    const here = event.target, row = rowOf(here);
    if (event.isComposing) return;
    if (event.ctrlKey && event.key === 'Enter') {
      event.preventDefault();
      form.requestSubmit(form.querySelector('[data-send]'));
    } else if (event.ctrlKey && event.key === 'Delete' && row) {
      event.preventDefault();
      close();
      removeRow(row);
    } else if (here.dataset.choose && comboKey(event)) {
      return;
    } else if ((event.key === '=' || event.key === '＝') && here.dataset.amount) {
      event.preventDefault();
      balance(here);
    } else if (event.key === 'Enter' && here.matches('input, select')) {
      event.preventDefault();
      const heads = [...form.querySelectorAll('.grid-head input:not([type=hidden])')];
      if (row) onward(here);
      else (heads[heads.indexOf(here) + 1] ?? cells(rows()[0])[0]).focus();
    }
  });
  form.addEventListener('input', event => { if (event.target.dataset.amount || event.target.dataset.choose) paint(); });
  form.addEventListener('change', event => { if (event.target.dataset.choose) fitCells(rowOf(event.target)); });
  table.addEventListener('click', event => { if (event.target.matches('[data-remove]')) removeRow(rowOf(event.target)); });
  window.addEventListener('scroll', close, { passive: true });
  form.querySelector('[data-more]').addEventListener('click', event => {
    event.preventDefault();
    const first = addRow();
    for (let i = 1; first && i < 5 && window.innerWidth >= 768; i++) addRow();
    if (first) cells(first)[0].focus();
  });

  // On a phone a row fills half the screen, so blank ones wait until they are asked for.
  if (window.matchMedia('(max-width: 47.99rem)').matches) {
    rows().slice(2).filter(row => [...row.querySelectorAll('[data-cell]')].every(cellOf => !cellOf.value)).forEach(row => row.remove());
  }
  rows().forEach(dress);
  renumber();
  paint();
  const first = form.querySelector('.is-invalid') ?? [...form.querySelectorAll('.grid-head input:not([type=hidden])')].find(input => !input.value);
  if (first) requestAnimationFrame(() => first.focus());
})();
