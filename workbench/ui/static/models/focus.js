/** Keeps the focus where it is while what is around it is drawn anew. */

/** Runs `paint`; what had the focus inside `node` gets it back, known by its `data-key`. */
export function keepFocus(node, paint) {
  const { activeElement } = document;
  const key = node.contains(activeElement) ? activeElement.dataset.key : null;
  paint();
  if (!key || node.contains(document.activeElement)) return;
  const again = [...node.querySelectorAll('[data-key]')].find((entry) => entry.dataset.key === key);
  (again ?? node).focus({ preventScroll: true });
}
