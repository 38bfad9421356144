// Shows what the last change did, once.
import { each } from './each.js';

const seconds = 6;
const name = 'burgee_toast';

/** The text, and the class of the environment that it happened in. */
function take() {
  const value = document.cookie.split('; ').find((cookie) => cookie.startsWith(`${name}=`));
  if (!value) return null;
  document.cookie = `${name}=; Path=/; Max-Age=0; SameSite=Lax`;
  try {
    return value.slice(name.length + 1).split('&').map(decodeURIComponent);
  } catch {
    return null;
  }
}

/**
 * @param {string} text
 * @param {string} [environment] class of the environment's colour
 */
export function toast(text, environment) {
  const element = document.createElement('p');
  element.className = 'b-toast';
  if (/^env-[a-z]+$/.test(environment)) element.classList.add('b-striped', environment);
  element.textContent = text;
  element.dataset.toast = '';
  document.getElementById('toasts')?.append(element);
}

each('[data-toast]', (element) => {
  let timer;
  const start = () => (timer = setTimeout(() => element.remove(), seconds * 1000));
  const stop = () => clearTimeout(timer);
  for (const event of ['pointerenter', 'focusin']) element.addEventListener(event, stop);
  for (const event of ['pointerleave', 'focusout']) element.addEventListener(event, start);
  start();
});

// A live region speaks only of what arrives after it was there.
each('#toasts', () => {
  const said = take();
  if (said) setTimeout(() => toast(...said), 100);
});
