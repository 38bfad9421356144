// Shows what the last change did, once.
import { each } from './each.js';

const seconds = 6;
const name = 'burgee_toast';

function take() {
  const value = document.cookie.split('; ').find((cookie) => cookie.startsWith(`${name}=`));
  if (!value) return null;
  document.cookie = `${name}=; Path=/; Max-Age=0; SameSite=Lax`;
  try {
    return decodeURIComponent(value.slice(name.length + 1));
  } catch {
    return null;
  }
}

/** @param {string} text */
export function toast(text) {
  const element = document.createElement('p');
  element.className = 'b-toast';
  element.textContent = text;
  document.getElementById('toasts')?.append(element);
  let timer;
  const start = () => (timer = setTimeout(() => element.remove(), seconds * 1000));
  element.addEventListener('pointerenter', () => clearTimeout(timer));
  element.addEventListener('pointerleave', start);
  start();
}

// A live region speaks only of what arrives after it was there.
each('#toasts', () => {
  const text = take();
  if (text) setTimeout(() => toast(text), 100);
});
