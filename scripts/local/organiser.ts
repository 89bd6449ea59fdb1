import type { ActionsReport } from '../../src/actions/actions-report.ts'
import type { Campaign } from '../../src/campaigns/campaign.ts'
import type { DispatchUncertainBatch } from '../../src/dispatch/dispatch-lanes.ts'
import type { DispatchView } from '../../src/dispatch/dispatch-request.ts'

/** A client of the API for scripts and tests. Answers are typed as documented, without validation. */
export type Organiser = ReturnType<typeof organiser>

export type Answer<T> = { status: number; headers: Headers; json: T }

/** Problem details. `dispatch`: the earlier dispatch that overlaps with the requested one. */
export type Problem = {
  status: number
  title: string
  detail?: string
  errors?: Array<{ path: string; message: string }>
  dispatch?: string
  current?: string
  reason?: string
}

/** A dispatch with its uncertain batches, as `GET /api/dispatches/{id}` returns it. */
export type DispatchDetails = DispatchView & { uncertainBatches: DispatchUncertainBatch[] }

/** Decision about uncertain batches or letters. */
export type Decision = 'send-again' | 'count-as-sent'
export type Resolved = { resolved: number[]; notResolved: number[] }

/** A publication. `paused`: ids of dispatches that were paused because they send an earlier revision. */
type Published = { slug: string; revision: string; paused: string[] }

/** A submission that waits for moderation. */
type Waiting = { id: string; kind: string; flags: Array<{ kind: string }>; text?: string; organisation?: string }

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
      const { status, json } = await ask<Published>('PUT', `/api/campaigns/${slug}`, { files })
      if (status !== 200 && status !== 201)
        throw new Error(`${slug} was refused with ${status}: ${JSON.stringify(json)}`)
      return json
    },
    campaign: (slug: string) => read<Campaign>(`/api/campaigns/${slug}`),
    supporters: async () => (await read<{ supporters: { people: number } }>('/api/stats')).supporters.people,
    dispatch: (body: object, key: string) =>
      ask<DispatchView & Problem>('POST', '/api/dispatches', body, { 'idempotency-key': key }),
    dispatchDetails: (id: string) => read<DispatchDetails>(`/api/dispatches/${id}`),
    resolve: (id: string, batches: Array<{ id: number; generation: number }>, decision: Decision) =>
      ask<Resolved>('POST', `/api/dispatches/${id}/resolve`, { batches, decision }),
    letters: (slug: string) => read<ActionsReport>(`/api/actions/${slug}`),
    resolveLetters: (slug: string, batches: Array<{ id: number; generation: number }>, decision: Decision) =>
      ask<Resolved>('POST', `/api/actions/${slug}/resolve`, { batches, decision }),
    moderation: async () => (await read<{ items: Waiting[] }>('/api/moderation')).items,
    decide: (id: string, decision: 'accept' | 'refuse') => ask<Problem>('POST', `/api/moderation/${id}`, { decision }),
    signatures: async (slug: string) =>
      (await read<{ signatures: Array<{ name: string }> }>(`/api/actions/${slug}/signatures`)).signatures,
    tellWriters: (slug: string, updateId: string) =>
      ask<{ told: number }>('POST', `/api/actions/${slug}/tell`, { about: 'update', updateId }),
    act: (id: string, act: string, body?: unknown) =>
      ask<DispatchDetails & Problem>('POST', `/api/dispatches/${id}/${act}`, body),
  }
}
