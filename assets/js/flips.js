// The switches of the dashboard act at once; the answer takes the place of the cell. Without scripts the same form is sent plainly.
import htmx from 'htmx.org';

const same = (a, b) => a.formAction === b.formAction;
const environment = (button) => button.value.split('~')[1];
const cellOf = (button) =>
  [...document.querySelectorAll('.b-c .b-sw')].find((other) => same(other, button) && environment(other) === environment(button));

document.addEventListener('submit', async (event) => {
  const button = event.submitter;
  if (event.target.id !== 'flips' || !button) return;
  event.preventDefault();
  const address = button.getAttribute('formaction');
  if (button.formMethod === 'get') {
    return htmx.ajax('GET', `${address}?flip=${encodeURIComponent(button.value)}`, { target: '#dialog' });
  }
  const control = cellOf(button);
  const cell = control?.closest('.b-c');
  const focused = control === document.activeElement;
  button.closest('.b-toast')?.remove();
  if (!cell || control.ariaBusy) return;
  const before = control.ariaChecked;
  control.ariaBusy = 'true';
  control.ariaChecked = String(before !== 'true');
  control.textContent = before === 'true' ? 'Off' : 'On';
  await htmx.ajax('POST', address, { source: cell, target: cell, swap: 'outerHTML', values: { flip: button.value } });
  // Refused: the switch goes back to where it was, the reason is in the dialog.
  if (cell.isConnected) {
    control.removeAttribute('aria-busy');
    control.ariaChecked = before;
    control.textContent = before === 'true' ? 'On' : 'Off';
  } else if (focused) cellOf(button)?.focus();
});
