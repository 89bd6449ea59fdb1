/** Types of the API's client as TypeScript source, generated from the OpenAPI document by `openapi-typescript`. */

import openapiTypescript, { astToString } from 'openapi-typescript'

export const clientTypes = async (document: object): Promise<string> =>
  astToString(await openapiTypescript(JSON.stringify(document), { alphabetize: true }))
