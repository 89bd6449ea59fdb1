import type { ActionsReport } from '../../src/actions/campaign-actions.ts'
import type { Campaign } from '../../src/campaigns/campaign.ts'
import type { UncertainBatch } from '../../src/dispatch/dispatch.ts'
import type { Told } from '../../src/dispatch/dispatch-request.ts'

/** What an organiser's program asks of the API; answers are taken as documented. */
export type Organiser = ReturnType<typeof organiser>

export type Answer<T> = { status: number; headers: Headers; body: T }

/** A refused dispatch, as problem+json; `dispatch` is the one that stands in its way. */
export type Refusal = { title: string; dispatch?: string }

/** A dispatch asked for by itself: with the batches that only a person can settle. */
export type Whole = Told & { uncertainBatches: UncertainBatch[] }

/** Batches, or letters, that only a person can settle, and how. */
export type Decision = 'send-again' | 'count-as-sent'
export type Resolved = { resolved: number[]; notResolved: number[] }

/** Something somebody said that waits for a moderator. */
export type Waiting = { id: string; kind: string; flags: Array<{ kind: string }>; text?: string; organisation?: string }

export function organiser(site: string, token: string) {
  async function ask<T>(method: string, path: string, body?: object, key?: string): Promise<Answer<T>> {
    const response = await fetch(`${site}/api${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: response.status, headers: response.headers, body: (await response.json()) as T }
  }
  return {
    /** @throws Error when it is not taken. */
    async publish(slug: string, files: Record<string, string>) {
      const { status, body } = await ask<{ revision: string }>('PUT', `/campaigns/${slug}`, { files })
      if (status !== 200 && status !== 201)
        throw new Error(`${slug} was refused with ${status}: ${JSON.stringify(body)}`)
      return body
    },
    campaign: async (slug: string) => (await ask<Campaign>('GET', `/campaigns/${slug}`)).body,
    supporters: async () => (await ask<{ supporters: { people: number } }>('GET', '/stats')).body.supporters.people,
    dispatch: (body: object, key: string) => ask<Told & Refusal>('POST', '/dispatches', body, key),
    told: async (id: string) => (await ask<Whole>('GET', `/dispatches/${id}`)).body,
    resolve: (id: string, batches: Array<{ id: number; generation: number }>, decision: Decision) =>
      ask<Resolved>('POST', `/dispatches/${id}/resolve`, { batches, decision }),
    /** @throws Error when it is not told. */
    async letters(slug: string) {
      const { status, body } = await ask<ActionsReport>('GET', `/actions/${slug}`)
      if (status !== 200) throw new Error(`the letters of ${slug} were answered ${status}: ${JSON.stringify(body)}`)
      return body
    },
    resolveLetters: (slug: string, batches: Array<{ id: number; generation: number }>, decision: Decision) =>
      ask<Resolved>('POST', `/actions/${slug}/resolve`, { batches, decision }),
    moderation: async () => (await ask<{ items: Waiting[] }>('GET', '/moderation')).body.items,
    decide: (id: string, decision: 'accept' | 'refuse') => ask<Refusal>('POST', `/moderation/${id}`, { decision }),
    signatures: async (slug: string) =>
      (await ask<{ signatures: Array<{ name: string }> }>('GET', `/actions/${slug}/signatures`)).body.signatures,
    tellWriters: (slug: string, updateId: string) =>
      ask<{ told: number }>('POST', `/actions/${slug}/tell`, { about: 'update', updateId }),
    act: (id: string, act: 'pause' | 'resume') => ask<Told & Refusal>('POST', `/dispatches/${id}/${act}`),
  }
}
