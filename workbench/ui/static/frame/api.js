/** Requests to the workbench: always `{status, data}`, never an exception; status 0 = the server was not reached. */

import { t } from './catalogue.js';
import { found, lost } from './connection.js';
import { emit } from './signals.js';

const PATIENCE = 30000;
/** How the server's own message begins when its disk is full; it comes with status 503 like other troubles. */
const DISK_FULL = 'The disk is full.';

/**
 * Send a request.
 *
 * @param {string} method
 * @param {string} path
 * @param {Object} [body] sent as JSON
 * @param {{signal?: AbortSignal, keepalive?: boolean}} [options] keepalive lets it outlive the page
 * @returns {Promise<{status: number, data: any}>} on an error `data` has `error` and `hint`; an aborted request has
 *   status 0 and `data.aborted`
 */
export async function api(method, path, body, { signal, keepalive = false } = {}) {
  const patience = AbortSignal.timeout(PATIENCE);
  const init = { method, keepalive, credentials: 'same-origin', headers: { Accept: 'application/json' } };
  init.signal = signal ? AbortSignal.any([signal, patience]) : patience;
  if (body !== undefined && body !== null) {
    init.headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(body);
  }
  try {
    const response = await fetch(path, init);
    return settle(response.status, await response.text(), method !== 'GET');
  } catch {
    return signal?.aborted ? aborted() : unreached();
  }
}

/**
 * Send files, with progress.
 *
 * @param {string} path
 * @param {FormData} form
 * @param {(share: number) => void} [onprogress] share of the bytes sent, 0…1
 * @param {{signal?: AbortSignal}} [options]
 * @returns {Promise<{status: number, data: any}>}
 */
export function upload(path, form, onprogress, { signal } = {}) {
  return new Promise((resolve) => {
    // fetch tells nothing about the bytes sent, XMLHttpRequest does
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('Accept', 'application/json');
    request.upload.onprogress = (event) => event.lengthComputable && onprogress?.(event.loaded / event.total);
    request.onload = () => resolve(settle(request.status, request.responseText, true));
    request.onerror = () => resolve(unreached());
    request.onabort = () => resolve(aborted());
    signal?.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}

/** Turn an answer into `{status, data}` and tell the frame what concerns everybody. `wrote`: it was not a mere GET. */
function settle(status, text, wrote) {
  found();
  let data = null;
  try {
    data = text ? JSON.parse(text) : null;
  } catch {
    data = null;
  }
  if (status === 401) emit('expired');
  if (status === 503 && String(data?.error).startsWith(DISK_FULL)) emit('disk', 'full');
  else if (wrote && status < 300) emit('disk', 'fine');
  if (status >= 400) data = { error: t('frame.error.unexpected', { status }), hint: t('frame.error.unexpected_hint'), ...data };
  return { status, data };
}

/** The answer of a server that was not reached. */
function unreached() {
  lost();
  return { status: 0, data: { error: t('frame.error.offline'), hint: t('frame.error.offline_hint') } };
}

/** The answer of a request that its sender took back. */
function aborted() {
  return { status: 0, data: { aborted: true, error: '', hint: '' } };
}
