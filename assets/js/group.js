// The page of a permission group: a heading's switch moves its details, and says On, Off or Some for them.
import { each } from './each.js';

const boxes = (of) => [...of.querySelectorAll('input[data-was]')].filter((box) => box.type === 'checkbox');
const changed = (box) => box.checked !== (box.dataset.was === 'on');

function tell(heading) {
  const all = boxes(heading);
  const on = all.filter((box) => box.checked).length;
  const control = heading.querySelector('[data-all]');
  const some = on > 0 && on < all.length;
  control.checked = on > 0;
  control.toggleAttribute('data-some', some);
  if (some) control.ariaChecked = 'mixed';
  else control.removeAttribute('aria-checked');
  heading.querySelector('[data-word]').textContent = some ? 'Some' : on ? 'On' : 'Off';
  heading.querySelector('[data-on-of]').textContent = `${on} of ${all.length}`;
  const count = all.filter(changed).length;
  const tag = heading.querySelector('[data-changed-of]');
  tag.hidden = count === 0;
  tag.textContent = `${count} changed`;
}

each('[data-group]', (form) => {
  const show = () => {
    form.querySelectorAll('[data-heading]').forEach(tell);
    form.querySelector('[data-total]').textContent = boxes(form).filter((box) => box.checked).length;
  };

  /** Deleting needs creating, rotating needs seeing: one follows the other. */
  function follow(box) {
    if (box.checked && box.dataset.needs) {
      const needed = form.elements[box.dataset.needs];
      if (!needed.checked) (needed.checked = true), follow(needed);
    }
    if (box.checked) return;
    for (const other of boxes(form)) {
      if (other.dataset.needs === box.name && other.checked) (other.checked = false), follow(other);
    }
  }

  form.addEventListener('change', ({ target }) => {
    if (target.matches('[data-all]')) {
      const details = boxes(target.closest('[data-heading]'));
      const on = details.some((box) => !box.checked);
      for (const box of details) (box.checked = on), follow(box);
    } else if (target.matches('input[data-was][type=checkbox]')) follow(target);
    show();
  });
  for (const control of form.querySelectorAll('[data-all]')) control.hidden = false;
  form.addEventListener('reset', () => setTimeout(show));
  show();
});
