// Turns the text area of the invite dialog into a field of chips. The text area stays and is what is sent.
import { each } from './each.js';

const separators = /[\s,;]+/;
const limit = 100;

each('textarea[data-chips]', (area) => {
  const box = document.createElement('div');
  box.className = 'form-control b-chips';
  const input = document.createElement('input');
  input.setAttribute('aria-labelledby', document.querySelector(`label[for="${area.id}"]`).id);
  for (const name of ['aria-describedby', 'aria-invalid']) {
    if (area.hasAttribute(name)) input.setAttribute(name, area.getAttribute(name));
  }
  input.autocapitalize = 'none';
  input.autocomplete = 'off';
  input.spellcheck = false;
  box.classList.toggle('is-wrong', area.classList.contains('is-wrong'));
  box.append(input);

  const wrong = new Set((area.dataset.wrong ?? '').split(separators).filter(Boolean));
  const entries = area.value.split(separators).filter(Boolean);
  const form = area.form;
  const button = form.querySelector('[data-send]');
  const counter = form.querySelector('[data-count]');

  function sync() {
    const rest = input.value.split(separators).filter(Boolean);
    const all = [...new Set([...entries, ...rest])];
    area.value = all.join('\n');
    if (counter) counter.textContent = `${all.length} of ${limit}`;
    counter?.classList.toggle('b-over', all.length > limit);
    const good = all.filter((entry) => !wrong.has(entry)).length;
    button.textContent = good === 0 ? 'Send invitations' : good === 1 ? 'Send 1 invitation' : `Send ${good} invitations`;
  }

  function chip(entry) {
    const element = document.createElement('span');
    element.className = 'b-chip';
    element.classList.toggle('is-wrong', wrong.has(entry));
    const template = form.querySelector(entry.includes('@') ? '[data-icon-mail]' : '[data-icon-name]');
    element.append(template.content.cloneNode(true), entry);
    const remove = document.createElement('button');
    remove.type = 'button';
    remove.setAttribute('aria-label', `Remove ${entry}`);
    remove.append(form.querySelector('[data-icon-remove]').content.cloneNode(true));
    remove.addEventListener('click', () => {
      entries.splice(entries.indexOf(entry), 1);
      element.remove();
      sync();
      input.focus();
    });
    element.append(remove);
    return element;
  }

  function take() {
    for (const entry of input.value.split(separators).filter(Boolean)) {
      if (entries.includes(entry)) continue;
      entries.push(entry);
      input.before(chip(entry));
    }
    input.value = '';
    sync();
  }

  input.addEventListener('input', () => (separators.test(input.value) ? take() : sync()));
  input.addEventListener('blur', take);
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && input.value.trim()) {
      event.preventDefault();
      take();
    } else if (event.key === 'Backspace' && !input.value && entries.length) {
      input.value = entries.pop();
      input.previousElementSibling.remove();
      event.preventDefault();
      sync();
    }
  });
  input.addEventListener('paste', () => setTimeout(take));
  box.addEventListener('click', (event) => event.target === box && input.focus());

  area.after(box);
  for (const entry of entries) input.before(chip(entry));
  sync();
});
