// Whoever leaves rules or a permission group with changes that are not saved is asked first.
const guarded = 'form:is([data-editor], [data-group])';

// The server's answers say whether anything differs from what is saved. What it has not heard of yet counts as well.
const typed = new WeakMap();
document.addEventListener('input', ({ target: { form } }) => form?.matches(guarded) && typed.set(form, 'typed'));
document.addEventListener('htmx:before:request', ({ target: form }) => typed.has(form) && typed.set(form, 'sent'));
document.addEventListener('htmx:after:swap', ({ target: form }) => {
  if (typed.get(form) === 'sent') typed.delete(form);
  if (form.matches?.('[data-group]')) form.toggleAttribute('data-dirty', !!form.querySelector('[data-changes]'));
});

/** Saving, previewing and discarding are meant. */
let meant = false;
document.addEventListener('submit', ({ target, defaultPrevented }) => (meant = !defaultPrevented && target.matches(guarded)));
document.addEventListener('click', ({ target, ctrlKey, metaKey, shiftKey }) => {
  if (!ctrlKey && !metaKey && !shiftKey && target.closest('[data-discard]')) meant = true;
});

addEventListener('beforeunload', (event) => {
  const lost = (form) => 'dirty' in form.dataset || typed.has(form);
  if (!meant && [...document.querySelectorAll(guarded)].some(lost)) event.preventDefault();
  meant = false;
});
