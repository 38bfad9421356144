// The rule editor asks the server after each change. A press on one of its buttons asks for the same and more.
import { afterPress } from './pointer.js';

document.addEventListener('change', ({ target }) => {
  const form = target.closest?.('[data-editor]');
  if (form) afterPress(() => form.isConnected && form.dispatchEvent(new CustomEvent('edited')));
});
