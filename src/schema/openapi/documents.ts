import type { ServiceSchema } from '../service-schema.js';
import { openApi3 } from './openapi3.js';
import type { ServiceInfo } from './parts.js';
import { swagger2 } from './swagger2.js';

export type { ServiceInfo };

/** The documents by version; the keys are the versions that can be asked for. */
export interface OpenApiDocuments {
  readonly '2': object;
  readonly '3': object;
  readonly '3.1': object;
}

/** The OpenAPI documents of a service, in the three versions that the reference offers. */
export function openApiDocuments(schema: ServiceSchema, info: ServiceInfo): OpenApiDocuments {
  return { '2': swagger2(schema, info), '3': openApi3('3', schema, info), '3.1': openApi3('3.1', schema, info) };
}
