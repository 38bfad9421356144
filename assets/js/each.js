/**
 * Calls `enhance` once for every element that fits `selector`, now and whenever one arrives.
 * @param {string} selector
 * @param {(element: HTMLElement) => void} enhance
 */
export function each(selector, enhance) {
  const seen = new WeakSet();
  const look = () => {
    for (const element of document.querySelectorAll(selector)) {
      if (seen.has(element)) continue;
      seen.add(element);
      enhance(element);
    }
  };
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  look();
}
