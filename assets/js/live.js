// A colleague's change appears by itself, and never over an open edit. One stream for a tab; none while the tab is hidden.
import htmx from 'htmx.org';

const address = document.body.dataset.stream;
let source;

const touched = new WeakSet();
document.addEventListener('input', ({ target }) => target.form && touched.add(target.form));

/** Whether somebody is at work there: a form with changes, a field or a menu that is open, a dialog over it. */
function busy(region) {
  const forms = [...region.querySelectorAll('form')];
  return (
    forms.some((form) => touched.has(form) || 'dirty' in form.dataset) ||
    region.querySelector('details.b-menu[open], .is-dragged') ||
    (region.contains(document.activeElement) && document.activeElement.matches('input, textarea, select')) ||
    document.querySelector('dialog[open]')
  );
}

const fetchAgain = (region) =>
  htmx.ajax('GET', location.href, { source: region, target: region, select: `#${region.id}`, swap: region.querySelector('[data-editor]') ? 'outerHTML' : 'outerMorph' });

function notice(region, said, href) {
  const place = document.querySelector('[data-live-notice]') ?? region;
  place.querySelector('.b-live-notice')?.remove();
  const text = document.createElement('p');
  text.className = 'b-live-notice';
  text.setAttribute('role', 'status');
  text.append(said);
  if (href) {
    const show = document.createElement('a');
    show.href = href;
    show.textContent = 'Show it';
    text.append(' ', show);
  }
  place.prepend(text);
}

/** What waits to be fetched, by region; `page`: all of the page is. */
const waiting = new Map();

async function show(region, who) {
  const now = document.getElementById(region.id);
  if (!now) return;
  // An order that is about to be saved would be undone.
  if (now.querySelector('[data-ahead]')) return soon(region, who);
  const { page } = waiting.get(region.id);
  waiting.delete(region.id);
  const gone = page && (await fetch(location.href, { method: 'HEAD' })).status === 404;
  if (gone) return notice(now, `${who} deleted this a moment ago, or it is no longer for you to see.`);
  const place = page ? document.getElementById('main') : now;
  if (busy(place)) notice(now, `${who} changed this a moment ago.`, location.href);
  else fetchAgain(place);
}

/** Several changes at once are fetched once, and not by every tab at the same moment. */
function soon(region, who, page = false) {
  const before = waiting.get(region.id);
  clearTimeout(before?.timer);
  waiting.set(region.id, { page: page || before?.page, timer: setTimeout(show, 100 + Math.random() * 300, region, who) });
}

/** Who else looks at what this page shows. */
function present(names) {
  const place = document.querySelector('[data-present]');
  if (!place) return;
  const all = new Intl.ListFormat('en').format(names);
  place.querySelector('b').textContent = names.length ? `${all} ${names.length > 1 ? 'are' : 'is'} looking at this too.` : '';
  place.hidden = !names.length;
}

function changed({ who, mine, topics }) {
  const heard = (wanted = '') => topics.includes('anything') || wanted.split(' ').some((topic) => topics.includes(topic));
  for (const region of document.querySelectorAll('[data-live]')) {
    const page = 'livePage' in region.dataset && heard(region.dataset.livePage);
    if (heard(region.dataset.live)) document.querySelector('[data-present] p')?.remove();
    if (page || heard(region.dataset.live)) soon(region, mine ? 'You' : (who ?? 'Somebody'), page);
  }
}

function listen() {
  if (document.hidden) {
    source?.close();
    source = undefined;
  } else if (!source) {
    source = new EventSource(address);
    source.addEventListener('changed', ({ data }) => changed(JSON.parse(data)));
    source.addEventListener('present', ({ data }) => present(JSON.parse(data)));
  }
}

if (address) {
  let missed = false;
  document.addEventListener('visibilitychange', () => {
    // What happened while nobody looked is fetched once.
    if (document.hidden) missed = true;
    else if (missed) {
      missed = false;
      document.querySelector('[data-present] p')?.remove();
      for (const region of document.querySelectorAll('[data-live]')) {
        const place = 'livePage' in region.dataset ? document.getElementById('main') : region;
        if (!busy(place)) fetchAgain(place);
      }
    }
    listen();
  });
  addEventListener('pagehide', () => source?.close());
  listen();
}
