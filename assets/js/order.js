// Puts rows into another order, by dragging the grip or with the arrow keys on it. The table listens for all of its grips: rows that are fetched
// again keep working, and the one in use keeps the focus.
import { each } from './each.js';

const id = (row) => row?.dataset.flag.split('/').at(-1) ?? '';
const name = (row) => row.querySelector('.b-strong').textContent;

each('[data-order]', (table) => {
  const body = table.tBodies[0];
  const said = document.getElementById('ordered');
  let timer;

  /** Sends where the row stands now, after the last of several quick moves. Until that is answered, the order here is the newest. */
  function save(row) {
    said.textContent = `${name(row)} is number ${[...body.rows].indexOf(row) + 1} of ${body.rows.length}`;
    table.dataset.ahead = '';
    clearTimeout(timer);
    const sending = (timer = setTimeout(async () => {
      const sent = await fetch(`${row.dataset.flag}/move`, {
        method: 'POST',
        headers: { 'hx-request': 'true' },
        body: new URLSearchParams({ before: id(row.nextElementSibling) }),
      }).catch(() => null);
      if (!sent?.ok && sent?.type !== 'opaqueredirect') location.reload();
      if (timer === sending) delete table.dataset.ahead;
    }, 400));
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
    const grip = document.activeElement;
    if (up) up.before(row);
    else down.after(row);
    grip.focus();
    save(row);
  }

  const gripped = (event, act) => {
    const grip = event.target.closest('.b-grip');
    if (grip) act(grip.closest('tr'), event);
  };
  table.addEventListener('pointerdown', (event) => gripped(event, drag));
  table.addEventListener('keydown', (event) => gripped(event, step));
});
