// The border between two shares: a range over the bar, moved by pointer and arrow keys. The two number fields are what is sent.
import { each } from './each.js';

each('[data-split]', (range) => {
  const prefix = range.dataset.split;
  const share = (n) => range.form.elements[`${prefix}.${n}.percent`];
  const parts = () => range.parentElement.querySelectorAll('.b-share-bar > svg');

  range.addEventListener('input', () => {
    const first = Number(range.value);
    const percents = [first, 100 - first];
    parts().forEach((part, n) => {
      share(n).value = percents[n];
      part.setAttribute('x', `${n ? first : 0}%`);
      part.setAttribute('width', `${percents[n]}%`);
      const text = part.querySelector('text');
      text.textContent = text.textContent.replace(/^\S+/, percents[n]);
    });
  });
});

// After a morph the range stands where its fields say.
document.addEventListener('htmx:after:swap', () => {
  for (const range of document.querySelectorAll('[data-split]')) {
    if (range !== document.activeElement) range.value = range.form.elements[`${range.dataset.split}.0.percent`].value;
  }
});
