// Puts rows into another order, by dragging the grip or with the arrow keys on it.
import { each } from './each.js';

const id = (row) => row?.dataset.flag.split('/').at(-1) ?? '';
const name = (row) => row.querySelector('.b-strong').textContent;

each('[data-order]', (table) => {
  const body = table.tBodies[0];
  const icon = document.querySelector('[data-icon-grip]').content;
  const said = document.getElementById('ordered');
  let timer;

  /** Sends where the row stands now, after the last of several quick moves. */
  function save(row) {
    said.textContent = `${name(row)} is number ${[...body.rows].indexOf(row) + 1} of ${body.rows.length}`;
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const sent = await fetch(`${row.dataset.flag}/move`, {
        method: 'POST',
        headers: { 'hx-request': 'true' },
        body: new URLSearchParams({ before: id(row.nextElementSibling) }),
      }).catch(() => null);
      if (!sent?.ok && sent?.type !== 'opaqueredirect') location.reload();
    }, 400);
  }

  function drag(row, event) {
    if (event.button !== 0) return;
    event.preventDefault();
    row.classList.add('is-dragged');
    const start = row.rowIndex;
    const move = ({ clientY }) => {
      for (const other of body.rows) {
        const { top, height } = other.getBoundingClientRect();
        if (other === row || clientY < top || clientY > top + height) continue;
        if (clientY < top + height / 2 && other.rowIndex < row.rowIndex) other.before(row);
        if (clientY > top + height / 2 && other.rowIndex > row.rowIndex) other.after(row);
        return;
      }
    };
    const end = () => {
      removeEventListener('pointermove', move);
      row.classList.remove('is-dragged');
      if (row.rowIndex !== start) save(row);
    };
    addEventListener('pointermove', move);
    addEventListener('pointerup', end, { once: true });
    addEventListener('pointercancel', end, { once: true });
  }

  function step(row, event) {
    const up = event.key === 'ArrowUp' && row.previousElementSibling;
    const down = event.key === 'ArrowDown' && row.nextElementSibling;
    if (!up && !down) return;
    event.preventDefault();
    if (up) up.before(row);
    else down.after(row);
    event.target.focus();
    save(row);
  }

  function grip(row) {
    if (row.querySelector('.b-grip')) return;
    const grip = document.createElement('button');
    grip.type = 'button';
    grip.className = 'b-grip';
    grip.append(icon.cloneNode(true));
    grip.setAttribute('aria-label', `Move ${name(row)}: drag, or arrow keys`);
    grip.addEventListener('pointerdown', (event) => drag(row, event));
    grip.addEventListener('keydown', (event) => step(row, event));
    row.cells[0].prepend(grip);
  }

  const all = () => [...body.rows].forEach(grip);
  // A row that was fetched again comes without its grip.
  document.addEventListener('htmx:after:swap', all);
  all();
});
