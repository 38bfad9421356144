import { each } from './each.js';
import { toast } from './toast.js';

/** Copies a text; resolves to whether it worked. Browsers have `navigator.clipboard` over https and on loopback only. */
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => false);
  const focused = document.activeElement;
  const field = document.createElement('textarea');
  field.className = 'visually-hidden';
  field.value = text;
  // Inside an open dialog nothing outside of it can be selected.
  (focused?.closest('dialog') ?? document.body).append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  focused?.focus();
  return copied;
}

each('[data-copy]', (button) => {
  button.hidden = false;
  button.addEventListener('click', async () => {
    toast((await copy(button.dataset.copy)) ? 'Copied' : 'Not copied: the browser refused. Select the text and copy it by hand.');
  });
});
