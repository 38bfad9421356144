// Values of a condition: chips over the text area, one value a line. The text area stays and is what is sent.
import { each } from './each.js';

const cross = () => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'b-i');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', 'M6 6l12 12M18 6L6 18');
  path.setAttribute('stroke', 'currentColor');
  path.setAttribute('stroke-width', '1.75');
  svg.append(path);
  return svg;
};

each('textarea[data-values]', (area) => {
  const box = document.createElement('div');
  box.className = 'b-chips';
  const input = document.createElement('input');
  input.setAttribute('aria-label', 'Add a value');
  for (const name of ['aria-describedby', 'aria-invalid']) {
    if (area.hasAttribute(name)) input.setAttribute(name, area.getAttribute(name));
  }
  input.placeholder = '+';
  input.autocomplete = 'off';
  input.spellcheck = false;
  box.append(input);

  const values = () => area.value.split('\n').filter(Boolean);

  function set(list) {
    area.value = [...new Set(list)].join('\n');
    draw();
    area.dispatchEvent(new Event('change', { bubbles: true }));
  }

  function draw() {
    for (const old of box.querySelectorAll('.b-chip')) old.remove();
    for (const value of values()) {
      const chip = document.createElement('span');
      chip.className = 'b-chip';
      const remove = document.createElement('button');
      remove.type = 'button';
      remove.setAttribute('aria-label', `Remove ${value}`);
      remove.append(cross());
      remove.addEventListener('click', () => {
        set(values().filter((other) => other !== value));
        input.focus();
      });
      chip.append(value, remove);
      input.before(chip);
    }
  }

  function take() {
    const typed = input.value.split('\n').map((value) => value.trim()).filter(Boolean);
    input.value = '';
    if (typed.length) set([...values(), ...typed]);
  }

  // Its own changes are not the form's: what counts is the text area.
  input.addEventListener('change', (event) => event.stopPropagation());
  input.addEventListener('blur', take);
  input.addEventListener('paste', (event) => {
    const text = event.clipboardData.getData('text');
    if (!/\n/.test(text)) return;
    event.preventDefault();
    set([...values(), ...text.split(/\r?\n/).map((value) => value.trim()).filter(Boolean)]);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      take();
    } else if (event.key === 'Backspace' && !input.value) {
      const list = values();
      if (!list.length) return;
      event.preventDefault();
      input.value = list.pop();
      set(list);
    }
  });

  area.after(box);
  draw();
});
