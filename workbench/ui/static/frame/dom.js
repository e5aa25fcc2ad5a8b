/** Builds DOM nodes. Data only ever enters as text: there is no way to pass HTML. */

/**
 * Make an element.
 *
 * @param {string} tag name of the element, with classes: `button.wb-button.wb-small`
 * @param {Object} [props] `on…` functions become listeners, `data` and `style` objects are merged, `true`/`false`
 *   set and remove attributes, `null` and `undefined` are left out; everything else is an attribute
 * @param {...(Node|string|number|null|undefined|false|Array)} children
 * @returns {HTMLElement}
 */
export function element(tag, props = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const node = document.createElement(name);
  if (classes.length) node.classList.add(...classes);
  for (const [key, value] of Object.entries(props || {})) setProperty(node, key, value);
  append(node, children);
  return node;
}

/** Set one property of `element` on a node. */
function setProperty(node, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === 'function' && key.startsWith('on')) node.addEventListener(key.slice(2), value);
  else if (key === 'data') Object.assign(node.dataset, value);
  else if (key === 'style') for (const [name, entry] of Object.entries(value)) node.style.setProperty(name, entry);
  else if (key === 'class') node.classList.add(...String(value).split(/\s+/).filter(Boolean));
  else if (key === 'value' || key === 'checked') node[key] = value;
  else node.setAttribute(key, value === true ? '' : String(value));
}

/** Append children, however deeply nested; nothing for null, undefined and false. */
export function append(node, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : String(child));
  }
}

/** Replace all children of a node. */
export function replace(node, ...children) {
  node.replaceChildren();
  append(node, children);
  return node;
}

/** All elements inside a node that can take the focus, in order. */
export function focusable(node) {
  const selector = 'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex]:not([tabindex="-1"])';
  return [...node.querySelectorAll(selector)].filter((entry) => entry.getClientRects().length > 0);
}

let counter = 0;

/** Make an id that no other element of the page has. */
export function freshId(prefix = 'wb') {
  counter += 1;
  return `${prefix}-${counter}`;
}
