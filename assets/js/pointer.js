// Nothing moves under a finger: what a press would redraw waits until the click has arrived where it was meant.
let down = false;
let waiting = [];

const settle = () => {
  const now = waiting;
  waiting = [];
  for (const act of now) act();
};

addEventListener('pointerdown', () => (down = true), true);
addEventListener('pointerup', () => ((down = false), setTimeout(settle, 60)), true);
addEventListener('pointercancel', () => ((down = false), settle()), true);
addEventListener('click', settle, true);

/**
 * Calls `act` now, or at the end of a press that is under way: before anything that the click does.
 * @param {() => void} act
 */
export function afterPress(act) {
  if (down) waiting.push(act);
  else act();
}
