/** What happens on the server, told once per browser: one tab listens, the others hear it from that tab. */

import { found, lost, online } from './connection.js';
import { elect } from './leader.js';
import { emit, on } from './signals.js';

const RETRY = 3000;

let channel = null;
let source = null;
let timer = 0;
let interrupted = false;
let last = '';

/** Begin to listen. `workspace` keeps tabs of another person apart. */
export function installEvents(workspace) {
  if (window.BroadcastChannel) {
    channel = new BroadcastChannel(`workbench-events-${workspace}`);
    channel.onmessage = ({ data }) => hear(data.event, data.id);
  }
  on('online', () => tell({ kind: 'resync' }));
  elect(`workbench-events-${workspace}`, lead);
}

/** Open the stream where the former leader left it; returns how to close it. */
function lead() {
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };
}

/** Open the stream and pass on what it says. */
function open() {
  source = new EventSource(last ? `/events?after=${last}` : '/events');
  source.onopen = () => {
    if (!online()) found();
    if (interrupted) tell({ kind: 'resync' });
    interrupted = false;
  };
  source.onmessage = ({ data, lastEventId }) => {
    try {
      tell(JSON.parse(data), lastEventId);
    } catch (error) {
      console.error('event that is not JSON', error);
    }
  };
  source.onerror = () => {
    interrupted = true;
    // the browser reconnects by itself unless the server answered with an error: then it gives up for good
    if (source.readyState !== EventSource.CLOSED) {
      if (online()) ask();
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(open, RETRY);
  };
}

/** A stream that broke may be a restart of the server: ask, so that the banner stands as soon as it is true. */
async function ask() {
  try {
    const response = await fetch('/health/live', { cache: 'no-store', signal: AbortSignal.timeout(5000) });
    if (!response.ok) lost();
  } catch {
    lost();
  }
}

/** Hand an event to this tab and to all others; `id` is where to go on after a break. */
function tell(event, id = '') {
  hear(event, id);
  channel?.postMessage({ event, id });
}

/** Hand an event to the listeners of its kind; when too many were missed, everybody fetches again. */
function hear(event, id) {
  if (id) last = id;
  if (event?.kind === 'missed') emit('resync');
  else if (event && typeof event.kind === 'string') emit(event.kind, event);
}
