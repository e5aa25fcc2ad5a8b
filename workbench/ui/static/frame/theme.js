/** Light, dark, or as the system has it; kept in this browser. */

import { emit } from './signals.js';
import { recall, remember } from './storage.js';

export const THEMES = ['auto', 'light', 'dark'];
const query = matchMedia('(prefers-color-scheme: dark)');

/** What the person chose: `auto`, `light` or `dark`. */
export function chosenTheme() {
  const chosen = recall('theme', 'auto');
  return THEMES.includes(chosen) ? chosen : 'auto';
}

/** What is shown: `light` or `dark`. */
export function theme() {
  const chosen = chosenTheme();
  return chosen === 'auto' ? (query.matches ? 'dark' : 'light') : chosen;
}

/** Choose a theme and show it. */
export function setTheme(value) {
  remember('theme', value);
  apply();
  emit('theme', theme());
}

/** Set the classes that the tokens and Gradio's own styles hang on. */
function apply() {
  const dark = theme() === 'dark';
  for (const node of [document.documentElement, document.body]) {
    if (node && node.classList.contains('dark') !== dark) node.classList.toggle('dark', dark);
  }
  document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
}

/** Apply the theme now, when the system changes, and again whenever Gradio sets the class by itself. */
export function installTheme() {
  apply();
  query.addEventListener('change', () => {
    apply();
    emit('theme', theme());
  });
  new MutationObserver(apply).observe(document.body, { attributes: true, attributeFilter: ['class'] });
}
