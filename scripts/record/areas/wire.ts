/** Records the calls to each provider: account checks, single mails, a batch, and letters with Cc and attachments. */

import { Response } from 'miniflare'
import { agedStamp, post, postJson } from '../acts.ts'
import type { Book, Shelf } from '../book.ts'
import { type Call, showCall } from '../calls.ts'
import { QUAY } from '../campaign.ts'
import { headerOf, textOf } from '../http.ts'
import { decoded, partOf, showMail } from '../mail.ts'
import { withoutNumbers } from '../normalise.ts'
import { FAKES } from '../providers.ts'
import { SITE } from '../settings.ts'
import { startMailServer } from '../smtp.ts'
import { openStage, type Stage } from '../stage.ts'

const SLUG = 'river-street-bakery'
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** A domain that does not exist. A reserved example domain would not work: transports never send to one. */
const DOMAIN = 'people.tocsin'

/** The calls since the last `take`, as lines, and their texts, which contain the links. */
type Carried = { shown: string[]; texts: string[] }

export async function wire(shelf: Shelf, bundle: string): Promise<void> {
  for (const [name, fake] of Object.entries(FAKES)) {
    const settings = { ...fake.settings, BULK_TRANSPORT: name, TRANSACTIONAL_TRANSPORT: name }
    let calls: Call[] = []
    const outbound = outboundTo(async (call) => {
      calls.push(call)
      const path = call.url.slice(new URL(call.url).origin.length)
      const requested = { method: call.method, path, body: call.body.toString('utf8') }
      const { status, body, headers = {} } = fake.answer(requested)
      return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers })
    })
    const take = (): Carried => {
      const taken = calls
      calls = []
      return { shown: taken.map(showCall), texts: taken.map(({ body }) => body.toString('utf8')) }
    }
    await carried(await openStage(bundle, settings, outbound), shelf.book(`wire-${name}`), take)
  }
  await cloudflare(shelf.book('wire-cloudflare'), bundle)
  await smtp(shelf.book('wire-smtp'), bundle)
}

type Outbound = Parameters<typeof openStage>[2]

const outboundTo =
  (answer: (call: Call) => Promise<Response>): Outbound =>
  async (request) => {
    const { method, url } = request
    return answer({ method, url, headers: [...request.headers], body: Buffer.from(await request.arrayBuffer()) })
  }

const inOrder = (shown: readonly string[]): string =>
  shown
    .toSorted((a, b) => (withoutNumbers(a) < withoutNumbers(b) ? -1 : 1))
    .map((one) => `--- call\n${one}`)
    .join('\n')

/** Records sign-ups, an appeal and letters by one transport, then closes the stage. */
async function carried(stage: Stage, book: Book, take: () => Carried, bulk = true): Promise<void> {
  const confirmed = async (what: string): Promise<void> => {
    const { shown, texts } = take()
    book.add(`${what}: asked to confirm`, inOrder(shown))
    const link = /\/confirm\/Amsx[\w-]+/.exec(texts.join('\n'))?.[0]
    if (link === undefined) throw new Error(`${what}: found no confirmation link in the calls`)
    const answer = await stage.ask(post(link, ''))
    if (answer.status !== 200) throw new Error(`${what}: the confirmation was answered ${answer.status}, expected 200`)
  }
  try {
    await stage.record(book, 'whether the account can send', stage.api('GET', '/healthz?deep'))
    book.add('what it is asked', inOrder(take().shown))
    const people = [
      { email: `wren@${DOMAIN}`, name: 'Wren “Jay” O’Hazelmoor, (Esq.)', locales: ['en'] },
      { email: `lark@${DOMAIN}`, locales: ['en'] },
      { email: `yasmina@${DOMAIN}`, name: 'ياسمينة القنديلي', locales: ['ar'] },
    ]
    for (const person of people) {
      await stage.live(MINUTE_MS) // otherwise the Worker would wait before its next call
      await stage.ask(postJson('/en/sign-up', person))
      await confirmed(person.email)
      book.add(`${person.email}: welcomed`, inOrder(take().shown))
    }
    if (bulk) await appeal(stage, book, take)
    await letters(stage, book, take, confirmed)
  } finally {
    await stage.close()
  }
}

async function appeal(stage: Stage, book: Book, take: () => Carried): Promise<void> {
  const { revision } = JSON.parse(textOf(await stage.ask(stage.api('GET', `/api/campaigns/${SLUG}`)))) as {
    revision: string
  }
  const requested = await stage.ask(stage.api('POST', '/api/dispatches', { campaign: SLUG, revision, email: 'appeal' }))
  await stage.live(10 * MINUTE_MS)
  book.add('the appeal', inOrder(take().shown))
  await stage.record(book, 'the dispatch then', stage.api('GET', headerOf(requested, 'location') ?? ''))
}

async function letters(
  stage: Stage,
  book: Book,
  take: () => Carried,
  confirmed: (what: string) => Promise<void>,
): Promise<void> {
  const files = Object.fromEntries(
    Object.entries(QUAY).map(([name, text]) => [name, text.replace(/@[a-z]+\.example\b/g, `@${DOMAIN}`)]),
  )
  const published = await stage.ask(stage.api('PUT', '/api/campaigns/quay', { files }))
  if (published.status !== 201)
    throw new Error(`publishing the recording's campaign was answered ${published.status}, expected 201`)
  await stage.live(2 * MINUTE_MS)
  const writer = {
    email: `anna@${DOMAIN}`,
    name: 'Anna Ökenshaw',
    sentence: 'I know this quay, and “its” crew.',
    locale: 'en',
  }
  const body = String(new URLSearchParams({ ...writer, stamp: await agedStamp(stage) }))
  await stage.ask(post('/campaigns/quay/letters', body, { origin: SITE }))
  await confirmed('a letter')
  await stage.live(9 * DAY_MS)
  book.add('letters, a digest with files, a receipt', inOrder(take().shown))
  await stage.record(book, 'the report', stage.api('GET', '/api/actions/quay'))
}

/** Records the transport `cloudflare`, whose binding EMAIL fetches in this build. The transport sends no appeals. */
async function cloudflare(book: Book, bundle: string): Promise<void> {
  let calls: Call[] = []
  const settings = { TRANSACTIONAL_TRANSPORT: 'cloudflare', EMAIL_IS_FETCHED: 'yes' }
  const answer = async (call: Call): Promise<Response> => {
    calls.push(call)
    return new Response('{"messageId":"<1@cloudflare>"}')
  }
  const stage = await openStage(bundle, settings, outboundTo(answer))
  const take = (): Carried => {
    const taken = calls
    calls = []
    const only = taken.map((call) => ({ ...call, headers: [] }))
    return { shown: only.map(showCall), texts: taken.map(({ body }) => body.toString('utf8')) }
  }
  await carried(stage, book, take, false)
}

async function smtp(book: Book, bundle: string): Promise<void> {
  const server = await startMailServer()
  book.know(`127.0.0.1:${server.port}`, 'mail server')
  try {
    const settings = {
      BULK_TRANSPORT: 'smtp',
      TRANSACTIONAL_TRANSPORT: 'smtp',
      SMTP_URL: `smtp://127.0.0.1:${server.port}`,
      SMTP_USER: 'tocsin@example.org',
      SMTP_PASSWORD: 'correct horse',
      SMTP_CONNECTIONS: '1',
    }
    const stage = await openStage(bundle, settings)
    const take = (): Carried => {
      const { greetings, mails } = server.take()
      const texts = mails.flatMap(({ message }) =>
        partOf(message).parts.map(({ body, encoding }) => decoded(body, encoding).toString('utf8')),
      )
      const shown = mails.map(({ commands, message }) => `${commands.join('\n')}\n${showMail(message, true)}`)
      return { shown: [...greetings.map((one) => `a connection begins\n${one}`), ...shown], texts }
    }
    await carried(stage, book, take)
  } finally {
    await server.close()
  }
}
