// One <dialog>: it opens when htmx puts a fragment into it, and is emptied when it closes.
import { each } from './each.js';

each('#dialog', (dialog) => {
  new MutationObserver(() => {
    if (!dialog.childElementCount) return;
    if (!dialog.open) dialog.showModal();
    const first = dialog.querySelector('[aria-invalid=true], .b-chips input, [autofocus], input:not([type=hidden]), textarea, select');
    if (first && !first.contains(document.activeElement)) first.focus();
  }).observe(dialog, { childList: true });

  dialog.addEventListener('click', (event) => {
    const outside = event.target === dialog;
    if (!outside && !event.target.closest('[data-close]')) return;
    event.preventDefault();
    dialog.close();
  });

  dialog.addEventListener('close', () => {
    const reload = dialog.querySelector('[data-changed]');
    dialog.replaceChildren();
    if (reload) location.reload();
  });
});

// A whole page is no fragment: the session has ended, say. Go where the answer came from.
document.addEventListener('htmx:after:request', (event) => {
  const { ctx } = event.detail;
  if (!/^\s*<!doctype/i.test(ctx.text ?? '') || ctx.select) return;
  event.preventDefault();
  location.assign(ctx.response.raw.redirected ? ctx.response.raw.url : location.href);
});

// After a refused form the first wrong field has the focus.
each('form [aria-invalid=true]', (field) => {
  if (field.closest('form').querySelector('[aria-invalid=true]') === field) field.focus();
});
