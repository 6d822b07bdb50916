import { type Settings, text } from '../setting.js';

/** How the documents name the service. */
export interface ServiceConfig {
  readonly name: string;
  readonly version: string;
  readonly pathPrefix: string;
}

export const serviceSettings: Settings<ServiceConfig> = {
  name: text({ env: 'SERVICE_NAME', default: 'ML service', help: 'Title in the OpenAPI documents.' }),
  version: text({ env: 'SERVICE_VERSION', default: '1.0', help: 'Version in the OpenAPI documents.' }),
  pathPrefix: text({
    env: 'SERVICE_PATH_PREFIX',
    default: '',
    help: 'Prefix of the paths in the OpenAPI documents. It is printed, never routed.',
  }),
};
