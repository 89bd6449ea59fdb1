/** Records provider events by webhook and queue, and their effects. */

import { Response } from 'miniflare'
import type { Book, Shelf } from '../book.ts'
import {
  bodyOf,
  CERTIFICATE_URL,
  certificate,
  type EventCase,
  event,
  notification,
  type Provider,
  SECRETS,
  webhook,
} from '../events.ts'
import { headerOf, textOf } from '../http.ts'
import { bring } from '../people.ts'
import { showAnswer } from '../show.ts'
import { openStage, type Stage } from '../stage.ts'

const SLUG = 'river-street-bakery'
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const WHAT = ['delivered', 'hard', 'soft', 'complained', 'unsubscribed'] as const

const PROVIDERS = Object.keys(SECRETS) as Provider[]
const settings = Object.fromEntries(PROVIDERS.map((name) => [`${name.toUpperCase()}_WEBHOOK_SECRET`, SECRETS[name]]))

export async function webhooks(shelf: Shelf, bundle: string): Promise<void> {
  const fetched: string[] = []
  const stage = await openStage(bundle, settings, async (request) => {
    fetched.push(`${request.method} ${request.url}`)
    return new Response(request.url === CERTIFICATE_URL ? certificate() : 'confirmed')
  })
  try {
    const book = shelf.book('webhooks')
    for (const provider of PROVIDERS) await recordEvents(stage, book, provider)
    await refusals(stage, book)
    await subscription(stage, book)
    await queue(stage, book)
    await stage.live(2 * DAY_MS)
    await stage.record(book, 'the figures', stage.api('GET', '/api/stats'))
    book.add('what was fetched', fetched.join('\n'))
  } finally {
    await stage.close()
  }
}

/** Records each kind of event of a provider: one person for each kind, and a dispatch to all of them. */
async function recordEvents(stage: Stage, book: Book, provider: Provider): Promise<void> {
  const people = WHAT.map((what) => ({ email: `${what}.${provider}@example.org`, locales: ['en'] }))
  const since = new Date(await stage.now()).toISOString()
  await bring(stage, people)
  const { revision } = JSON.parse(textOf(await stage.ask(stage.api('GET', `/api/campaigns/${SLUG}`)))) as {
    revision: string
  }
  const order = { campaign: SLUG, revision, email: 'appeal', audience: { confirmedAfter: since } }
  const at = headerOf(await stage.ask(stage.api('POST', '/api/dispatches', order)), 'location') ?? ''
  await stage.live(10 * MINUTE_MS)
  await stage.mails()
  const dispatch = at.split('/').at(-1) ?? ''
  for (const [n, what] of WHAT.entries()) {
    const one: EventCase = { what, email: `${what}.${provider}@example.org`, dispatch, at: await stage.now(), n }
    const request = event(provider, one)
    const answers = [await stage.ask(request), await stage.ask(request)]
    await stage.live(MINUTE_MS)
    const person = await stage.ask(stage.api('POST', '/api/supporters/look-up', { email: one.email, reason: 'reply' }))
    book.add(`${provider} tells: ${what}`, [bodyOf(provider, one), ...[...answers, person].map(answered)].join('\n'))
  }
  await stage.record(book, `${provider}: the dispatch then`, stage.api('GET', at))
}

const answered = (answer: Parameters<typeof showAnswer>[0]): string => `--- answered\n${showAnswer(answer)}`

async function refusals(stage: Stage, book: Book): Promise<void> {
  const at = await stage.now()
  const one: EventCase = { what: 'hard', email: 'nobody@example.org', dispatch: 'd-1', at, n: 9 }
  for (const provider of PROVIDERS) {
    const good = event(provider, one)
    const refused = async (title: string, request: typeof good) =>
      book.add(`${provider}: ${title}`, showAnswer(await stage.ask(request)))
    await refused('not signed', webhook(provider, { body: bodyOf(provider, one) }))
    await refused('another body', { ...good, body: `${String(good.body).slice(0, -1)} }` })
    await refused('ten days old', event(provider, { ...one, at: at - 10 * DAY_MS, n: 8 }))
    await refused('not JSON', { ...good, body: 'event=bounce' })
    await refused('too large', { ...good, body: 'x'.repeat(3_000_000) })
    await refused('an unknown event', event(provider, { ...one, what: 'opened' as EventCase['what'], n: 7 }))
  }
  await stage.record(book, 'a provider nobody knows', webhook('pigeon', { body: '{}' }))
  await stage.record(book, 'GET', { path: '/webhooks/resend' })
}

async function subscription(stage: Stage, book: Book): Promise<void> {
  const at = await stage.now()
  const topic = encodeURIComponent(SECRETS.ses)
  const fields = { Type: 'SubscriptionConfirmation', MessageId: 'm-1', Message: 'You have chosen', Token: 'abc' }
  const send = async (title: string, more: Record<string, string>) =>
    book.add(
      title,
      showAnswer(await stage.ask(webhook('ses', { body: JSON.stringify(notification({ ...fields, ...more }, at)) }))),
    )
  const SubscribeURL = `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topic}&Token=abc`
  await send('SNS asks to confirm', { SubscribeURL })
  await send('SNS asks to confirm elsewhere', { SubscribeURL: 'https://evil.example/' })
  await send('another topic', { SubscribeURL, TopicArn: `${SECRETS.ses}-other` })
  await send('another certificate', { SubscribeURL, SigningCertURL: 'https://evil.example/x.pem' })
}

/** Records events of Cloudflare Email Service, which arrive by a queue. */
async function queue(stage: Stage, book: Book): Promise<void> {
  await bring(stage, [{ email: 'queue@example.org', locales: ['en'] }])
  const worker = await stage.server.miniflare.getWorker()
  const body = {
    type: 'cf.email.sending.message.bounced',
    payload: {
      eventId: 'e-1',
      recipient: 'queue@example.org',
      bounce: { type: 'hard' },
      delivery: { smtpEnhancedStatusCode: '5.1.1' },
    },
    metadata: { eventTimestamp: new Date(await stage.now()).toISOString() },
  }
  const messages = [body, { type: 'nothing' }].map((body, n) => ({
    id: `m-${n}`,
    timestamp: new Date(),
    attempts: 1,
    body,
  }))
  const { outcome, retryMessages, ackAll, explicitAcks } = await worker.queue('tocsin-mail-events', messages)
  await stage.live(MINUTE_MS)
  const person = await stage.ask(
    stage.api('POST', '/api/supporters/look-up', { email: 'queue@example.org', reason: 'reply' }),
  )
  book.add(
    'Cloudflare’s queue',
    `${JSON.stringify({ outcome, retryMessages, ackAll, explicitAcks })}\n${showAnswer(person)}`,
  )
}
