/** What the page looks at in the OpenAPI document of the service, which may be one that a user wrote. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

export interface ServiceDocument {
  readonly info?: { readonly title?: unknown };
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

/** An input, or what is answered. */
export interface SchemaLine {
  readonly name: string;
  readonly type: string;
}

const NAMES_MAX = 8;

/** The inputs of the service, each in a few words; none where the document does not say. */
export function inputsOf(document: ServiceDocument): SchemaLine[] {
  const input = document.components?.schemas?.ServiceInput;
  if (!input) return [];
  if (!input.properties) return [{ name: 'body', type: typeOf(input) }];
  return Object.entries(input.properties).map(([name, schema]) => ({
    name,
    type: typeOf(schema) + (input.required?.includes(name) ? '' : ', optional'),
  }));
}

export function outputOf(document: ServiceDocument): string | undefined {
  const output = document.components?.schemas?.ServiceOutput;
  return output && typeOf(output);
}

/** `float [n × 10]`, `object (AGE, SEX)`, `string` */
export function typeOf(schema: Schema): string {
  const dims: string[] = [];
  let leaf = schema;
  while (leaf.items && nameOf(leaf) === 'array') {
    dims.push(leaf.minItems !== undefined && leaf.minItems === leaf.maxItems ? String(leaf.minItems) : 'n');
    leaf = leaf.items;
  }
  const names = Object.keys(leaf.properties ?? {});
  const shown = names.slice(0, NAMES_MAX).join(', ') + (names.length > NAMES_MAX ? ', …' : '');
  const name = names.length > 0 ? `object (${shown})` : ((dims.length > 0 ? leaf.format : undefined) ?? nameOf(leaf));
  return dims.length > 0 ? `${name} [${dims.join(' × ')}]` : name;
}

function nameOf({ type }: Schema): string {
  if (type === undefined) return 'any';
  return typeof type === 'string' ? type : type.filter((name) => name !== 'null').join(' or ');
}
