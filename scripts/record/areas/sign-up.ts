/** Records refused sign-ups, and sign-ups by JSON, partner sites and frames. */

import { agedStamp, fill, post, postJson, recordMails } from '../acts.ts'
import type { Book } from '../book.ts'
import { LOCALES, PARTNER, SITE } from '../settings.ts'
import type { Stage } from '../stage.ts'

const CAMPAIGN = 'river-street-bakery'
const HOUR_MS = 3_600_000

/** Records sign-ups that are refused, as form and as JSON. */
export async function refusals(stage: Stage, book: Book): Promise<void> {
  const stamp = await agedStamp(stage)
  const tooFast = await agedStamp(stage)
  const form = (title: string, fields: Record<string, string>, headers = {}, locale = 'en') =>
    stage.record(book, title, post(`/${locale}/sign-up`, String(new URLSearchParams(fields)), headers))
  const good = { email: 'anna@example.org', stamp }
  for (const locale of LOCALES)
    await form(
      `nothing is filled in, ${locale}`,
      { email: '', name: 'x'.repeat(101), country: 'ZZ', stamp },
      {},
      locale,
    )
  await form('a wrong address', { email: 'anna at example.org', stamp })
  await form('unknown languages and topics', { ...good, locales: 'xx', topics: 'gardening' })
  await form('an unknown campaign', { ...good, campaign: 'no-such-campaign' })
  await form('no stamp', { email: 'anna@example.org' })
  await form('a forged stamp', { ...good, stamp: `${stamp.slice(0, -4)}AAAA` })
  const fresh = String(stamp)
  await form('the honeypot', { ...good, website: 'https://spam.example', stamp: fresh })
  await form('a name with a line break', { ...good, name: 'Eve\r\nBcc: victim@example.org' })
  await form('from another site', good, { origin: 'https://evil.example' })
  await form('an unknown language of the page', good, {}, 'de')
  await form('as plain text', good, { 'content-type': 'text/plain' })
  await form('without a type', good, { 'content-type': '' })
  await form('too large', { ...good, name: 'x'.repeat(70_000) })
  await stage.record(
    book,
    'a form that is none',
    post('/en/sign-up', '--x\r\nbroken', { 'content-type': 'multipart/form-data' }),
  )
  const json = (title: string, body: unknown, headers = {}) =>
    stage.record(book, title, postJson('/ru/sign-up', body, headers))
  await json('JSON, wrong in everything', {
    email: 'x',
    name: 5,
    locales: 'ru',
    topics: ['gardening'],
    country: 'Kazakhstan',
  })
  await json('JSON, nothing', {})
  await json('JSON, an array', [])
  await json('JSON, a field that is not known', { email: 'anna@example.org', langauges: ['ru'] })
  await stage.record(book, 'JSON, broken', { ...postJson('/ru/sign-up', {}), body: '{"email":' })
  await json('JSON from another site', { email: 'anna@example.org' }, { origin: 'https://evil.example' })
  await json('JSON, too large', { email: 'anna@example.org', name: 'x'.repeat(70_000) })
  await stage.live(25 * HOUR_MS)
  await form('an expired stamp', { ...good, stamp: tooFast })
  await recordMails(stage, book, 'after what was not taken')
  await tooMany(stage, book)
}

/** Records the limits per client: 20 forms or 5 other requests a minute. Repeats requests until refused, as limits use real time. */
async function tooMany(stage: Stage, book: Book): Promise<void> {
  const kinds = {
    'forms of our own page': { ...post('/fr/sign-up', 'email='), ip: '192.0.2.1' },
    'plain forms': { ...post('/fr/sign-up', 'email=', { origin: PARTNER }), ip: '192.0.2.2' },
    JSON: { ...postJson('/fr/sign-up', {}), ip: '192.0.2.3' },
    'forms for a link to data': { ...post('/my-data', 'email='), ip: '192.0.2.4' },
    letters: { ...post(`/campaigns/${CAMPAIGN}/letters`, 'locale=es'), ip: '192.0.2.5' },
    reports: { ...post(`/campaigns/${CAMPAIGN}/reported`, 'locale=ar'), ip: '192.0.2.6' },
    'framed forms': { ...post(`/embed/${CAMPAIGN}?lang=ru`, 'email='), ip: '192.0.2.7' },
  }
  for (const [title, request] of Object.entries(kinds)) {
    for (let n = 0; n < 50 && (await stage.ask(request)).status !== 429; n++);
    await stage.record(book, `too many ${title}`, request)
  }
}

/** Records sign-ups by JSON, by a partner's form and script, and in a frame. */
export async function otherWays(stage: Stage, book: Book): Promise<void> {
  const whole = {
    email: 'json@example.org',
    name: 'Anna',
    locales: ['fr', 'en'],
    topics: ['mining'],
    country: 'FR',
    campaign: CAMPAIGN,
  }
  await stage.record(book, 'by JSON', postJson('/en/sign-up', whole))
  await recordMails(stage, book, 'by JSON')
  await stage.record(book, 'by JSON again within the hour', postJson('/en/sign-up', whole))
  await stage.record(
    book,
    'another spelling of the mailbox',
    postJson('/en/sign-up', { ...whole, email: 'JSON+x@example.org' }),
  )
  await recordMails(stage, book, 'within the hour')
  await stage.record(book, 'a partner’s form', post('/ar/sign-up', 'email=partner%40example.org', { origin: PARTNER }))
  await stage.record(
    book,
    'a partner’s script',
    postJson('/en/sign-up', { email: 'script@example.org' }, { origin: PARTNER }),
  )
  const preflight = { method: 'OPTIONS', path: '/en/sign-up' }
  for (const origin of [PARTNER, SITE, 'https://evil.example'])
    await stage.record(book, `a preflight of ${origin}`, { ...preflight, headers: { origin } })
  await stage.record(book, 'no origin', post('/en/sign-up', 'email=unnamed%40example.org', { origin: 'null' }))
  const page = `/embed/${CAMPAIGN}?lang=kk`
  await fill(stage, book, 'in a frame', { page, action: page, answers: { email: 'framed@example.org' } })
  await fill(stage, book, 'in a frame, wrongly', { page, action: page, answers: { email: 'framed' } })
  for (const origin of [PARTNER, 'https://evil.example'])
    await stage.record(book, `to the frame from ${origin}`, post(page, 'email=x', { origin }))
  await stage.record(book, 'JSON to the frame', postJson(page, {}))
  await stage.record(book, 'to the frame of no campaign', post('/embed/no-such-campaign', 'email=x'))
  for (const headers of [{ origin: PARTNER }, { origin: 'https://evil.example' }])
    await stage.record(book, `my data from ${headers.origin}`, post('/my-data', 'email=x', headers))
  await stage.record(book, 'my data by JSON', postJson('/my-data?locale=es', { email: 'json@example.org' }))
  await stage.record(book, 'my data by JSON, wrongly', postJson('/my-data', { email: 'json' }))
  await stage.record(book, 'my data, without a stamp', post('/my-data?locale=es', 'email=json%40example.org'))
  await stage.record(book, 'my data, too large', post('/my-data', 'x'.repeat(70_000)))
  await stage.record(book, 'my data, broken', { ...postJson('/my-data', {}), body: '{' })
  await stage.record(book, 'to the frame, too large', post(page, 'x'.repeat(70_000)))
  await stage.record(book, 'my data, as text', post('/my-data', 'x', { 'content-type': 'text/plain' }))
  await recordMails(stage, book, 'other ways')
}
