// A hint while one types. The server decides.
import { each } from './each.js';

const words = ['Too short', 'Weak', 'Fair', 'Strong', 'Very strong'];

function strength(password) {
  const length = [...password].length;
  if (length < 15) return 0;
  const variety = new Set(password.toLowerCase()).size;
  if (variety < 6) return 1;
  if (variety < 9) return 2;
  return length >= 22 ? 4 : 3;
}

each('[data-strength]', (input) => {
  const meter = document.getElementById(input.dataset.strength);
  const show = () => {
    const level = strength(input.value);
    if (input.value) meter.dataset.level = level;
    else delete meter.dataset.level;
    meter.querySelector('.b-meter-word').textContent = input.value ? words[level] : '';
  };
  input.addEventListener('input', show);
  show();
});
