import { each } from './each.js';
import { toast } from './toast.js';

each('[data-copy]', (button) => {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast('Copied');
  });
});
