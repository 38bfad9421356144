// Turns <time data-show> into the reader's own time. The server wrote UTC.
import { each } from './each.js';

const spans = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const format = (options) => new Intl.DateTimeFormat('en-GB', options);
const minute = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' };
const thisYear = format(minute);
const otherYear = format({ ...minute, year: 'numeric' });
const exact = format({ dateStyle: 'full', timeStyle: 'long' });
const date = format({ day: 'numeric', month: 'long', year: 'numeric' });
const clock = format({ hour: '2-digit', minute: '2-digit' });

function ago(at) {
  const seconds = Math.round((at - Date.now()) / 1000);
  const [unit, length] = spans.find(([, length]) => Math.abs(seconds) >= length) ?? [];
  return unit ? relative.format(Math.round(seconds / length), unit).replace(/minutes?/, 'min') : 'now';
}

const full = (at) => (at.getFullYear() === new Date().getFullYear() ? thisYear : otherYear).format(at);
const shows = { ago, full, date: (at) => date.format(at), clock: (at) => clock.format(at) };

function show(element) {
  const at = new Date(element.dateTime);
  element.textContent = shows[element.dataset.show](at);
  element.title = exact.format(at);
}

each('time[data-show]', show);
// A fragment that is morphed in brings the server’s words back.
document.addEventListener('htmx:after:swap', () => document.querySelectorAll('time[data-show]').forEach(show));
setInterval(() => document.querySelectorAll('time[data-show=ago]').forEach(show), 30_000);

// The zone and not its offset of today: what is listed may have happened in summer.
each('[data-time-zone]', (element) => {
  element.textContent = `Times in ${new Intl.DateTimeFormat().resolvedOptions().timeZone.replaceAll('_', ' ')}`;
});
