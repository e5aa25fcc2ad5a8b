/** The library of charts: megabytes, so it is fetched when a chart is first shown and never before. */

import { element } from '../frame/dom.js';

let loading = null;

/**
 * Fetches the library once.
 *
 * @returns {Promise<object>} Plotly
 * @throws when it could not be fetched; the next call tries again
 */
export function plotly() {
  loading ||= new Promise((resolve, reject) => {
    const script = element('script', {
      src: import.meta.resolve('/static/plotly.js'),
      onload: () => (window.Plotly ? resolve(window.Plotly) : reject(new Error('plotly.js brought nothing'))),
      onerror: () => reject(new Error('plotly.js was not reached')),
    });
    document.head.append(script);
  }).catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}
