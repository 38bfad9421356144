// A click anywhere on the row of an event opens it.
document.addEventListener('click', (event) => {
  const row = event.target.closest('.b-event-row');
  if (!row || event.target.closest('a') || getSelection().toString()) return;
  const details = row.parentElement.querySelector('details');
  details.open = !details.open;
});
