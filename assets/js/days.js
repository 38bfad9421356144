// Events stand under the day that it was where the reader is, and days that are asked for are the reader's. The server knows UTC alone.
import { each } from './each.js';

const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long' });
const day = (at) => new Date(at.getFullYear(), at.getMonth(), at.getDate());

/** “Today”, “Sunday 22 November 2026”; or “Friday”, “20 November 2026”. */
function names(at) {
  const near = ['Today', 'Yesterday'][Math.round((day(new Date()) - day(at)) / 86_400_000)];
  return near ? [near, `${weekday.format(at)} ${date.format(at)}`] : [weekday.format(at), date.format(at)];
}

each('[data-days]', (days) => {
  const model = days.querySelector('.b-day');
  if (!model) return;
  const sections = new Map();
  for (const event of days.querySelectorAll('.b-event')) {
    const at = new Date(event.querySelector('time').dateTime);
    const key = day(at).getTime();
    if (!sections.has(key)) {
      const section = model.cloneNode(true);
      [section.querySelector('h2 b').textContent, section.querySelector('h2 span').textContent] = names(at);
      section.querySelector('.b-sheet').replaceChildren();
      sections.set(key, section);
    }
    sections.get(key).querySelector('.b-sheet').append(event);
  }
  days.replaceChildren(...sections.values());
});

document.addEventListener('submit', ({ target }) => {
  for (const zone of target.querySelectorAll('[data-zone-of]')) {
    const [from, to] = zone.dataset.zoneOf.split(' ').map((field) => target.elements[field]?.value);
    zone.disabled = !from && !to;
    // Each end by the clock of its own moment: between the two it may have been put forward or back.
    const ahead = (day, days) => {
      const at = new Date(`${day}T00:00`);
      return -new Date(at.getFullYear(), at.getMonth(), at.getDate() + days).getTimezoneOffset();
    };
    if (!zone.disabled) zone.value = `${ahead(from || to, 0)},${ahead(to || from, 1)}`;
  }
});
