// The rule editor asks the server after each change. A press on one of its buttons asks for the same and more.
import htmx from 'htmx.org';
import { afterPress } from './pointer.js';

// A menu that was opened while the answer was under way stays open: what is open is the reader's, not the server's.
htmx.config.morphIgnore = [...htmx.config.morphIgnore, 'open'];

document.addEventListener('change', ({ target }) => {
  const form = target.closest?.('[data-editor]');
  if (form) afterPress(() => form.isConnected && form.dispatchEvent(new CustomEvent('edited')));
});
