/** Ways to change the page that leave alone what stays the same: a text that somebody has selected is not lost each second. */

const SVG = 'http://www.w3.org/2000/svg';

export function element<T extends Element>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`The page has no ${type.name} #${id}.`);
  return found;
}

export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

export function setAttributes(node: Element, attributes: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
  }
}

export function html<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

export function svg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string | number>> = {},
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS(SVG, name);
  setAttributes(made, attributes);
  return made;
}

/** A cell of a table: its text, and a class that colours it. */
export interface Cell {
  readonly text: string;
  readonly kind?: string;
}

/**
 * Fills a table whose head is in the page. Where it is narrow, the style makes a card of each row; the roles keep it a table for
 * those who do not see it.
 */
export function fillTable(table: HTMLTableElement, rows: readonly (readonly Cell[])[]): void {
  const { tHead, tBodies } = table;
  const heads = [...(tHead?.rows[0]?.cells ?? [])];
  const body = tBodies[0] as HTMLTableSectionElement;
  if (!table.hasAttribute('role')) setRoles(table, heads, [tHead as Element, body]);
  while (body.rows.length > rows.length) body.deleteRow(-1);
  for (const [i, cells] of rows.entries()) {
    const row = body.rows[i] ?? body.insertRow();
    setAttributes(row, { role: 'row' });
    for (const [j, { text, kind = '' }] of cells.entries()) {
      const cell = row.cells[j] ?? row.insertCell();
      setAttributes(cell, { role: 'cell', 'data-label': heads[j]?.textContent ?? '', class: kind });
      setText(cell, text);
    }
  }
}

function setRoles(table: Element, heads: readonly Element[], groups: readonly Element[]): void {
  setAttributes(table, { role: 'table' });
  for (const group of groups) setAttributes(group, { role: 'rowgroup' });
  for (const head of heads) {
    setAttributes(head, { role: 'columnheader' });
    setAttributes(head.parentElement as Element, { role: 'row' });
  }
}
