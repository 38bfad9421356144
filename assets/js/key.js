// Suggests a key from the name, until somebody writes one.
import { each } from './each.js';

const title = (word) => word[0].toUpperCase() + word.slice(1);
const styles = {
  camelCase: (words) => words.map((word, at) => (at ? title(word) : word)).join(''),
  pascalCase: (words) => words.map(title).join(''),
  lowerCase: (words) => words.join('_'),
  upperCase: (words) => words.join('_').toUpperCase(),
  kebabCase: (words) => words.join('-'),
};

each('[data-key-style]', (key) => {
  const name = key.form.elements.name;
  const suggest = () => {
    const plain = name.value.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
    const words = plain.split(/[^a-z0-9]+/).filter(Boolean);
    return words.length ? (styles[key.dataset.keyStyle] ?? styles.camelCase)(words) : '';
  };
  let own = key.value !== '' && key.value !== suggest();
  key.addEventListener('input', () => (own = key.value !== ''));
  name.addEventListener('input', () => {
    if (!own) key.value = suggest();
  });
});
