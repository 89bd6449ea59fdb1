/** Records dispatches to faulty providers: retries, pauses, uncertain batches and their resolution. */

import { Response } from 'miniflare'
import { linkIn, mailTo, post, postJson } from '../acts.ts'
import type { Book, Shelf } from '../book.ts'
import { headerOf, textOf } from '../http.ts'
import { FAKES } from '../providers.ts'
import { openStage, type Stage } from '../stage.ts'

const SLUG = 'river-street-bakery'
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

type Faulty = (call: number) => Response | null

const problem = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers })

/** Faults by title: the provider's answer to a call by its number, or null to accept the call. */
const FAULTS: Readonly<Record<string, Faulty>> = {
  'a key that is refused': () => problem(401, { name: 'invalid_api_key', message: 'API key is invalid' }),
  'an account that may not': () => problem(403, { name: 'forbidden', message: 'not allowed' }),
  'too many calls, twice': (call) =>
    call < 3 ? problem(429, { name: 'rate_limit_exceeded' }, { 'retry-after': '30' }) : null,
  'a failure, twice': (call) => (call < 3 ? problem(500, { name: 'internal_server_error' }) : null),
  'failures without end': () => problem(503, 'unavailable'),
  'an answer that cannot be read': () => problem(200, '<html>gateway</html>'),
  'a call that is not as it should be': () => problem(422, { name: 'validation_error', message: 'Invalid `to` field' }),
  'a day that is used up': () => problem(429, { name: 'daily_quota_exceeded', message: 'used up' }),
}

/** Faults by provider. Resend recognises a repeated call; Mailgun does not, so an unanswered call is uncertain. */
const PROVIDERS: Readonly<Record<string, readonly string[]>> = {
  resend: Object.keys(FAULTS),
  mailgun: ['a key that is refused', 'a failure, twice', 'an answer that cannot be read'],
}

export async function faults(shelf: Shelf, bundle: string): Promise<void> {
  for (const [provider, titles] of Object.entries(PROVIDERS))
    for (const title of titles) {
      const stage = await stageWith(bundle, provider, FAULTS[title] ?? (() => null))
      try {
        await dispatched(stage, shelf.book(`faults-${provider}`), title)
      } finally {
        await stage.close()
      }
    }
  await fallback(shelf.book('faults-fallback'), bundle)
}

/** A server that captures confirmations in the outbox and sends appeals to a provider with a fault. */
async function stageWith(
  bundle: string,
  provider: string,
  fault: Faulty,
  more: Record<string, string> = {},
): Promise<Stage> {
  const fake = FAKES[provider]
  if (fake === undefined) throw new Error(`found no fake provider ${provider}`)
  const others = Object.values(FAKES).map(({ settings }) => settings)
  const settings = { ...Object.assign({}, ...others), BULK_TRANSPORT: provider, ...more } as Record<string, string>
  let calls = 0
  return openStage(bundle, settings, async (request) => {
    const text = await request.text() // first: an unread body would block the connection
    const { host, pathname, search } = new URL(request.url)
    const name = Object.keys(FAKES).find((one) => host.includes(one)) ?? provider
    const spoilt = name === provider && request.method === 'POST' ? fault(++calls) : null
    if (spoilt !== null) return spoilt
    const requested = { method: request.method, path: pathname + search, body: text }
    const { status, body, headers = {} } = FAKES[name]?.answer(requested) ?? { status: 404, body: '' }
    return problem(status, body, headers)
  })
}

/** Signs up and confirms a person. The domain does not exist, but is not reserved, so transports accept it. */
async function join(stage: Stage, email: string): Promise<void> {
  await stage.ask(postJson('/en/sign-up', { email, locales: ['en'] }))
  await stage.ask(post(linkIn(mailTo(await stage.mails(), email), '/confirm/'), ''))
  await stage.live(1_000)
}

async function dispatched(stage: Stage, book: Book, title: string): Promise<string> {
  for (const name of ['anna', 'boris']) await join(stage, `${name}@people.tocsin`)
  const { revision } = JSON.parse(textOf(await stage.ask(stage.api('GET', `/api/campaigns/${SLUG}`)))) as {
    revision: string
  }
  const requested = await stage.ask(stage.api('POST', '/api/dispatches', { campaign: SLUG, revision, email: 'appeal' }))
  const at = headerOf(requested, 'location') ?? ''
  for (const [later, milliseconds] of Object.entries({ 'a minute later': MINUTE_MS, 'an hour later': HOUR_MS })) {
    await stage.live(milliseconds)
    await stage.record(book, `${title}: ${later}`, stage.api('GET', at))
  }
  const { uncertainBatches, state } = JSON.parse(textOf(await stage.ask(stage.api('GET', at)))) as {
    uncertainBatches: Array<{ id: number; generation: number }>
    state: string
  }
  const batches = uncertainBatches.map(({ id, generation }) => ({ id, generation }))
  if (batches.length > 0)
    await stage.record(
      book,
      `${title}: counted as sent`,
      stage.api('POST', `${at}/resolve`, { batches, decision: 'count-as-sent' }),
    )
  if (state === 'paused') await stage.record(book, `${title}: resumed`, stage.api('POST', `${at}/resume`))
  await stage.live(HOUR_MS)
  await stage.record(book, `${title}: in the end`, stage.api('GET', at))
  return at
}

/** Records the failover to a second provider. */
async function fallback(book: Book, bundle: string): Promise<void> {
  const refuses: Faulty = () => problem(401, { name: 'invalid_api_key', message: 'API key is invalid' })
  const stage = await stageWith(bundle, 'resend', refuses, { BULK_FALLBACK_TRANSPORT: 'postmark' })
  try {
    await stage.record(book, 'the deployment', { path: '/healthz' })
    await dispatched(stage, book, 'a key that is refused')
  } finally {
    await stage.close()
  }
}
