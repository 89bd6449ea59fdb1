import type { Campaign } from '../../src/campaigns/campaign.ts'
import type { Schemas } from '../../src/cli/client.ts'
import type { OperationAt } from '../../src/cli/operation-types.ts'

/** A client of the API for scripts and tests. Answers have the types of the OpenAPI document, without validation. */
export type Organiser = ReturnType<typeof organiser>

export type Answer<T> = { status: number; headers: Headers; json: T }

export type Problem = Schemas['Problem']
/** A dispatch with its uncertain batches. */
export type DispatchDetails = Schemas['DispatchDetail']

/** A decision about uncertain batches of a dispatch, or about uncertain mails of a campaign. */
export type DecisionBody = OperationAt<
  'post',
  '/api/dispatches/{id}/resolve'
>['requestBody']['content']['application/json']

/** Whether the body is sent unchanged instead of as JSON. */
const isFile = (body: unknown): body is string | Uint8Array<ArrayBuffer> =>
  typeof body === 'string' || body instanceof Uint8Array

/** A client for the deployment at `site`. `send`: sends a request over the network (default) or to an app in the same process. */
export function organiser(site: string, token: string | null, send: (request: Request) => Promise<Response> = fetch) {
  async function ask<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const isJson = body !== undefined && !isFile(body)
    const request = new Request(site + path, {
      method,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(isJson && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isFile(body) ? body : JSON.stringify(body) }),
    })
    const response = await send(request)
    return { status: response.status, headers: response.headers, json: (await response.json()) as T }
  }
  /** The JSON of a GET. @throws Error unless the status is 200 */
  async function read<T>(path: string): Promise<T> {
    const { status, json } = await ask<T>('GET', path)
    if (status !== 200) throw new Error(`${path} was answered ${status}: ${JSON.stringify(json)}`)
    return json
  }
  return {
    ask,
    /** Publishes a campaign. @throws Error if the API refuses the files */
    async publish(slug: string, files: Record<string, string>) {
      const { status, json } = await ask<Schemas['Publication']>('PUT', `/api/campaigns/${slug}`, { files })
      if (status !== 200 && status !== 201)
        throw new Error(`${slug} was refused with ${status}: ${JSON.stringify(json)}`)
      return json
    },
    campaign: (slug: string) => read<Campaign>(`/api/campaigns/${slug}`),
    supporters: async () => (await read<Schemas['Statistics']>('/api/stats')).supporters.people,
    dispatch: (body: object, key: string) =>
      ask<Schemas['Dispatch'] & Problem>('POST', '/api/dispatches', body, { 'idempotency-key': key }),
    dispatchDetails: (id: string) => read<DispatchDetails>(`/api/dispatches/${id}`),
    resolve: (id: string, decision: DecisionBody) =>
      ask<Schemas['Resolution']>('POST', `/api/dispatches/${id}/resolve`, decision),
    letters: (slug: string) => read<Schemas['CampaignActions']>(`/api/actions/${slug}`),
    resolveLetters: (slug: string, decision: DecisionBody) =>
      ask<Schemas['Resolution']>('POST', `/api/actions/${slug}/resolve`, decision),
    moderation: async () => (await read<Schemas['PendingSubmissions']>('/api/moderation')).items,
    decide: (id: string, decision: 'accept' | 'refuse') => ask<Problem>('POST', `/api/moderation/${id}`, { decision }),
    signatures: async (slug: string) =>
      (await read<Schemas['Signatures']>(`/api/actions/${slug}/signatures`)).signatures,
    tellWriters: (slug: string, updateId: string) =>
      ask<Schemas['WriterNews']>('POST', `/api/actions/${slug}/tell`, { about: 'update', updateId }),
    act: (id: string, act: string, body?: unknown) =>
      ask<DispatchDetails & Problem>('POST', `/api/dispatches/${id}/${act}`, body),
  }
}
