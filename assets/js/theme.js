// Changes the appearance at once; the form does the same with a round trip.
import { each } from './each.js';

const year = 31_536_000;

each('form.b-theme', (form) => {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const theme = event.submitter.value;
    const chosen = theme !== 'system';
    document.cookie = `burgee_theme=${chosen ? theme : ''}; Path=/; Max-Age=${chosen ? year : 0}; SameSite=Lax`;
    if (chosen) document.documentElement.dataset.bsTheme = theme;
    else delete document.documentElement.dataset.bsTheme;
    for (const button of form.querySelectorAll('button')) button.setAttribute('aria-pressed', button === event.submitter);
  });
});
