import type { RecordedParam } from './python-value.js';

/** One line of schema-cases.jsonl: a decorated script, and the document that the reference makes of it or the error. */
export interface SchemaCase {
  readonly name: string;
  readonly python_source: string;
  /** Of the inputs, the outermost decorator first. */
  readonly params: readonly RecordedParam[];
  readonly output?: RecordedParam | null;
  readonly schema_decorated?: boolean;
  readonly supported_versions?: readonly string[];
  readonly service_input_text?: string;
  readonly service_output_text?: string;
  readonly error?: { readonly type: string; readonly message: string };
}
