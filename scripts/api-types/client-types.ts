/** The types of the API's client, made by `openapi-typescript` from the description. */

import openapiTypescript, { astToString } from 'openapi-typescript'

export const clientTypes = async (document: object): Promise<string> =>
  astToString(await openapiTypescript(JSON.stringify(document), { alphabetize: true }))
