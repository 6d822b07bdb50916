/** The script of /status: it follows the host's events, asks for a key where one is needed, and shows what they tell. */

import { element } from './dom.js';
import { follow } from './feed.js';
import { clock } from './format.js';
import { askForKey } from './key-form.js';
import { Plots } from './plots.js';
import { showService } from './service-view.js';
import type { StatusEvent, Step } from './status-event.js';
import { show, showState } from './view.js';

const RETRY_MS = 2_000;
/** The folder that the host is served at, whatever a proxy put in front of its paths. */
const served = new URL('./', location.href);
const eventsUrl = new URL('status/events', served);

const plots = new Plots(element('plots', HTMLElement));
const content = element('content', HTMLElement);

/** In memory alone: it is gone with the page. */
let key = '';
let steps: Step[] = [];
/** Which process told last, and what it had loaded. */
let told = '';
let loaded = '';
let lastAt: number | undefined;

function onEvent(event: StatusEvent): void {
  const teller = `${event.pid} ${event.startedAt}`;
  if (teller !== told) steps = [];
  told = teller;
  const known = steps.at(-1)?.number ?? 0;
  steps = [...steps, ...event.steps.filter(({ number }) => number > known)].slice(-event.stepsMax);
  lastAt = event.at;
  content.hidden = false;
  content.classList.remove('stale');
  show(event, steps);
  plots.draw({ steps, stepsMax: event.stepsMax, stepMs: event.stepMs });
  const loads = `${teller} ${event.service?.loads}`;
  if (event.service && loads !== loaded) {
    loaded = loads;
    showService(served, key).catch(() => {
      loaded = ''; // asked for again with the next event
    });
  }
}

function onLost(reason: string): void {
  const since = lastAt === undefined ? '' : ` What is shown is of ${clock(lastAt)} UTC.`;
  showState('lost', 'No contact', `${reason}; trying again.${since}`);
  content.classList.add('stale');
}

for (;;) {
  const startedAtMs = performance.now();
  const end = await follow(eventsUrl, key, onEvent);
  if (end.kind === 'key') {
    showState('connecting', 'Locked', '');
    content.hidden = true;
    key = await askForKey(key !== '');
  } else if (end.kind === 'lost' || performance.now() - startedAtMs < RETRY_MS) {
    onLost(end.kind === 'lost' ? end.reason : 'the host ends the stream of events');
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  } // else the host ends each stream some time: the next one goes on where it was
}
