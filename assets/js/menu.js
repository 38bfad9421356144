// Menus are <details>. This closes them as one expects, and lets the arrow keys walk through them.
import htmx from 'htmx.org';

const open = () => document.querySelector('details.b-menu[open]');
const items = (menu) => [...menu.querySelectorAll('.b-pop :is(a, button)')];

function close(menu, focus = true) {
  menu.open = false;
  if (focus) menu.querySelector('summary').focus();
}

/** Where all rows have the same menu, each gets its own when it is opened. */
function fill(menu) {
  if (!menu.dataset.menu) return;
  menu.querySelector('.b-pop')?.remove();
  const row = menu.closest('[data-flag]');
  const pop = document.getElementById(menu.dataset.menu).content.cloneNode(true);
  for (const element of pop.querySelectorAll('a, form')) {
    for (const { name, value } of [...element.attributes]) element.setAttribute(name, value.replace('{flag}', row.dataset.flag));
  }
  if (!row.previousElementSibling) pop.querySelector('[value=up]')?.closest('li').remove();
  if (!row.nextElementSibling) pop.querySelector('[value=down]')?.closest('li').remove();
  menu.append(pop);
  htmx.process(menu);
}

// Before it opens, so that it is never seen empty.
document.addEventListener('click', ({ target }) => {
  const menu = target.closest('details[data-menu] > summary')?.parentElement;
  if (menu && !menu.open) fill(menu);
}, true);

// What a colleague has changed is put in around an open menu.
document.addEventListener('htmx:after:swap', () => {
  const menu = open();
  if (menu && !menu.querySelector('.b-pop')) fill(menu);
});

function walk(menu, event) {
  const all = items(menu);
  const at = all.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined || !all.length) return;
  event.preventDefault();
  all.at(to % all.length).focus();
}

/** On small screens the navigation is open while the address ends in #nav. */
function leaveNavigation(event) {
  if (location.hash !== '#nav' || (event.type === 'click' && event.target.closest('.b-nav, .b-top-menu'))) return;
  event.preventDefault();
  location.hash = 'main';
}

document.addEventListener('click', (event) => {
  leaveNavigation(event);
  const menu = open();
  if (!menu) return;
  // The dialog that opens next gives the focus back to where it was: the menu's button, not its closed list.
  if (event.target.closest('.b-pop [hx-get]')) close(menu);
  else if (!menu.contains(event.target)) close(menu, false);
});

document.addEventListener('keydown', (event) => {
  const menu = open();
  if (menu && event.key === 'Escape') return close(menu);
  if (event.key === 'Escape') return leaveNavigation(event);
  if (menu) return walk(menu, event);
  const closed = event.target.closest?.('details.b-menu > summary')?.parentElement;
  if (closed && event.key === 'ArrowDown') {
    fill(closed);
    closed.open = true;
    return walk(closed, event);
  }
  if (event.key === 't' && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target)) switcher(event);
});

const typing = (element) => element.closest('input, textarea, select, [contenteditable], dialog[open]');

function switcher(event) {
  const menu = document.getElementById('switcher');
  if (!menu) return;
  event.preventDefault();
  if (getComputedStyle(menu.closest('nav')).visibility === 'hidden') location.hash = 'nav';
  menu.open = true;
  (menu.querySelector('.b-pop [aria-current]') ?? items(menu)[0])?.focus();
}
