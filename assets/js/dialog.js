// One <dialog>: it opens when htmx puts a fragment into it, and is emptied when it closes.
import { each } from './each.js';

const fields = 'input:not([type=hidden]), textarea, select';

/** The first field that is wrong, else the first field, among those that can be seen. */
function firstField(dialog) {
  const seen = [...dialog.querySelectorAll(fields)].filter((field) => field.checkVisibility());
  return seen.find((field) => field.ariaInvalid === 'true') ?? seen[0];
}

each('dialog#dialog', (dialog) => {
  let opener;
  new MutationObserver(() => {
    if (!dialog.childElementCount) return;
    if (!dialog.open) {
      opener = document.activeElement?.getAttribute('hx-get');
      dialog.showModal();
    }
    // Other scripts may still be at work on what has arrived.
    requestAnimationFrame(() => firstField(dialog)?.focus());
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
    if (!reload) return;
    if (opener) sessionStorage.setItem('opener', opener);
    location.reload();
  });
});

// The page that was loaded again has the focus where it was before the dialog.
const opener = sessionStorage.getItem('opener');
sessionStorage.removeItem('opener');
if (opener) requestAnimationFrame(() => document.querySelector(`[hx-get="${CSS.escape(opener)}"]`)?.focus());

// A whole page where a fragment was asked for: the session has ended, say. Go where the answer came from.
document.addEventListener('htmx:after:request', (event) => {
  const { text, select, response } = event.detail.ctx;
  const { redirected, url } = response.raw;
  if (!/^\s*<!doctype/i.test(text ?? '') || (select && !redirected)) return;
  event.preventDefault();
  location.assign(redirected ? url : location.href);
});

// After a refused form the first wrong field has the focus.
requestAnimationFrame(() => document.querySelector('main form [aria-invalid=true]:not([hidden])')?.focus());
