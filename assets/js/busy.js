// A form that takes a while says so and is sent once; one that tells how far it is (`data-follow`) says that too.
import { each } from './each.js';

function saysSo(form) {
  const button = form.querySelector('button.btn-primary');
  button.disabled = true;
  button.setAttribute('aria-busy', 'true');
  button.textContent = form.dataset.busy;
}

/** The events of an answer, as they arrive. */
async function* events(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const parts = text.split('\n\n');
    text = parts.pop();
    for (const part of parts) {
      const line = (name) => part.split('\n').find((one) => one.startsWith(`${name}: `))?.slice(name.length + 2);
      if (line('data')) yield { name: line('event'), data: JSON.parse(line('data')) };
    }
  }
}

async function follow(form) {
  const meter = form.querySelector('progress');
  const words = form.querySelector('[role=status]');
  meter.hidden = false;
  const body = new FormData(form);
  saysSo(form);
  try {
    const answer = await fetch(form.action, { method: 'POST', body, headers: { accept: 'text/event-stream' } });
    for await (const { name, data } of events(answer)) {
      if (name === 'step') {
        Object.assign(meter, { max: data.of, value: data.done });
        words.textContent = data.what;
      } else if (name === 'page') {
        const page = new DOMParser().parseFromString(data.html, 'text/html');
        document.querySelector('main').replaceWith(page.querySelector('main'));
        document.querySelector('main h2')?.scrollIntoView({ block: 'nearest' });
        return;
      } else {
        words.textContent = data.message;
        return;
      }
    }
    words.textContent = 'There was no answer. Look at the page again to see whether it was imported.';
  } catch {
    words.textContent = 'The server cannot be reached. Look at the page again to see whether it was imported.';
  }
}

each('form[data-busy]', (form) =>
  form.addEventListener('submit', (event) => {
    if ('follow' in form.dataset) {
      event.preventDefault();
      follow(form);
    } else {
      setTimeout(() => saysSo(form));
    }
  }),
);
