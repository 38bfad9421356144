// A form that takes a while says so, and is sent once.
import { each } from './each.js';

each('form[data-busy]', (form) =>
  form.addEventListener('submit', () => {
    const button = form.querySelector('button.btn-primary');
    const words = form.dataset.busy;
    setTimeout(() => {
      button.disabled = true;
      button.setAttribute('aria-busy', 'true');
      button.textContent = words;
    });
  }),
);
