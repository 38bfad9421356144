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

function notice(region, who) {
  const place = document.querySelector('[data-live-notice]') ?? region;
  place.querySelector('.b-live-notice')?.remove();
  const text = document.createElement('p');
  text.className = 'b-live-notice';
  text.setAttribute('role', 'status');
  const show = document.createElement('a');
  show.href = location.href;
  show.textContent = 'Show it';
  text.append(`${who} changed this a moment ago. `, show);
  place.prepend(text);
}

const waiting = new Map();

/** Several changes at once are fetched once, and not by every tab at the same moment. */
function changed({ who, mine, topics }) {
  for (const region of document.querySelectorAll('[data-live]')) {
    if (!topics.includes(region.dataset.live) && !topics.includes('anything')) continue;
    clearTimeout(waiting.get(region.id));
    const show = () => {
      const now = document.getElementById(region.id);
      // An order that is about to be saved would be undone.
      if (now?.querySelector('[data-ahead]')) waiting.set(region.id, setTimeout(show, 300));
      else if (now) busy(now) ? notice(now, mine ? 'You' : (who ?? 'Somebody')) : fetchAgain(now);
    };
    waiting.set(region.id, setTimeout(show, 100 + Math.random() * 300));
  }
}

function listen() {
  if (document.hidden) {
    source?.close();
    source = undefined;
  } else if (!source) {
    source = new EventSource(address);
    source.addEventListener('changed', ({ data }) => changed(JSON.parse(data)));
  }
}

if (address) {
  let missed = false;
  document.addEventListener('visibilitychange', () => {
    // What happened while nobody looked is fetched once.
    if (document.hidden) missed = true;
    else if (missed) {
      missed = false;
      for (const region of document.querySelectorAll('[data-live]')) if (!busy(region)) fetchAgain(region);
    }
    listen();
  });
  addEventListener('pagehide', () => source?.close());
  listen();
}
