// Filters apply at once; the button for readers without scripts is not needed then.
import { each } from './each.js';

each('[data-submit]', (control) => control.addEventListener('change', () => control.form.requestSubmit()));
each('[data-without-script]', (button) => (button.hidden = true));

// An empty filter says nothing in an address.
each('form.b-toolbar', (form) =>
  form.addEventListener('formdata', ({ formData }) => {
    for (const [name, value] of [...formData]) if (value === '') formData.delete(name);
  }),
);
