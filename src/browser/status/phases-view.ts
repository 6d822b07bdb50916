import { element, html, setText } from './dom.js';
import { milliseconds, percent } from './format.js';
import type { PhaseMean } from './status-event.js';

const card = element('phases-card', HTMLElement);
const bar = element('phases-bar', HTMLElement);
const list = element('phases', HTMLElement);
const sum = element('phases-sum', HTMLElement);

/** A bar whose parts are as long as the phases, and a list of them. */
export function showPhases(phases: readonly PhaseMean[]): void {
  card.hidden = phases.length === 0;
  const total = phases.reduce((all, { ms }) => all + ms, 0);
  setText(sum, milliseconds(total));
  for (const [i, { name, ms }] of phases.entries()) {
    const part = (bar.children[i] ?? bar.appendChild(html('i', { class: `phase ${name}` }))) as HTMLElement;
    part.style.flexGrow = String(ms); // of its own, it would be forbidden: by a script that is allowed, it is not
    const value = (list.children[i] ?? list.appendChild(item(name))).lastElementChild as Element;
    setText(value, `${milliseconds(ms)}, ${percent(ms, total)}`);
  }
}

function item(name: string): Element {
  return html('li', {}, html('i', { class: `phase ${name}` }), `${name} `, html('b'));
}
