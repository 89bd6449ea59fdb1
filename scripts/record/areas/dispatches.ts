/** Records dispatches over the API, and the mails of an appeal and an update in each language. */

import { post, postJson, recordMails } from '../acts.ts'
import type { Book, Shelf } from '../book.ts'
import { headerOf, textOf } from '../http.ts'
import { showMail } from '../mail.ts'
import { bring, PEOPLE } from '../people.ts'
import { TOKENS } from '../settings.ts'
import { showAsk, showHead } from '../show.ts'
import { openStage, type Stage } from '../stage.ts'

const SLUG = 'river-street-bakery'
const UPDATE = '2026-11-14'
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

export async function dispatches(shelf: Shelf, bundle: string): Promise<void> {
  const stage = await openStage(bundle)
  try {
    const optOuts = await bring(stage, PEOPLE)
    const revision = await revisionOf(stage)
    const book = shelf.book('api-dispatches')
    await refusals(stage, book, revision)
    await tests(stage, shelf.book('mails-test'), revision, optOuts)
    await appeal(stage, shelf, revision)
    await acts(stage, book, revision)
  } finally {
    await stage.close()
  }
  await approved(shelf.book('api-approval'), bundle)
}

async function revisionOf(stage: Stage): Promise<string> {
  const campaign = await stage.ask(stage.api('GET', `/api/campaigns/${SLUG}`))
  return (JSON.parse(textOf(campaign)) as { revision: string }).revision
}

async function refusals(stage: Stage, book: Book, revision: string): Promise<void> {
  const good = { campaign: SLUG, revision, email: 'appeal' }
  const send = (title: string, body: unknown, headers: Record<string, string> = {}) =>
    stage.record(book, title, stage.api('POST', '/api/dispatches', body, headers))
  await stage.record(book, 'no dispatch yet', stage.api('GET', '/api/dispatches'))
  await send('nothing', {})
  await send('a member that is not known', { ...good, locale: 'ru' })
  await send('everything wrong', {
    campaign: 'No',
    revision: 'x',
    email: 'welcome',
    audience: { locales: [], topics: ['gardening'], countries: ['Kazakhstan'], confirmedAfter: 'yesterday' },
    sendAt: 'tomorrow',
    ratePerMinute: 0,
    dryRun: 'yes',
    testTo: 1,
  })
  await send('no such campaign', { ...good, campaign: 'none' })
  await send('another revision', { ...good, revision: '000000000000' })
  await send('a language it is not in', { ...good, audience: { locales: ['en', 'de'] } })
  await send('an update that is not named', { ...good, email: 'update' })
  await send('an update that is none', { ...good, email: 'update', updateId: '2020-01-01' })
  await send('an appeal with an update', { ...good, updateId: UPDATE })
  await send('a correction that is none', { ...good, email: 'correction', updateId: UPDATE })
  await send('to those whom no dispatch has reached', { ...good, audience: { reachedBy: 'none' } })
  await send('a test and a dry run', { ...good, dryRun: true, testTo: 'a@example.org' })
  await send('more than a year ahead', { ...good, sendAt: '2028-01-01T00:00:00Z' })
  await send('an empty key', good, { 'idempotency-key': '' })
  await send('a key that is too long', good, { 'idempotency-key': 'x'.repeat(256) })
  await send('too large', { ...good, x: 'x'.repeat(70_000) })
  await stage.record(book, 'not JSON', { ...stage.api('POST', '/api/dispatches', {}), body: 'campaign=x' })
  const closed = await stage.ask(stage.api('GET', '/api/campaigns/zhanaozen-2011'))
  const { revision: old } = JSON.parse(textOf(closed)) as { revision: string }
  await send('a closed campaign', { campaign: 'zhanaozen-2011', revision: old, email: 'appeal' })
  for (const act of ['approve', 'pause', 'resume', 'cancel', 'resolve', 'dance'])
    await stage.record(book, `${act}, of none`, stage.api('POST', `/api/dispatches/none/${act}`, {}))
  await stage.record(book, 'events, of none', stage.api('GET', '/api/dispatches/none/events'))
}

async function tests(stage: Stage, book: Book, revision: string, optOuts: ReadonlyMap<string, string>): Promise<void> {
  const good = { campaign: SLUG, revision, email: 'appeal' }
  const send = (title: string, body: unknown) => stage.record(book, title, stage.api('POST', '/api/dispatches', body))
  await send('a test', { ...good, testTo: 'organiser@example.org' })
  await recordMails(stage, book, 'a test')
  await stage.live(MINUTE_MS)
  await send('a test in Kazakh of an update', {
    ...good,
    email: 'update',
    updateId: UPDATE,
    audience: { locales: ['kk'] },
    testTo: 'organiser@example.org',
  })
  await recordMails(stage, book, 'a test in Kazakh')
  await send('a test to no address', { ...good, testTo: 'organiser' })
  await stage.ask(postJson('/en/sign-up', { email: 'left@example.org' }))
  await stage.ask(stage.api('POST', '/api/supporters/suppress', { email: 'left@example.org', reason: 'reply' }))
  await send('a test to somebody who has left', { ...good, testTo: 'left@example.org' })
  await stage.mails()
  const all = (title: string, body: unknown) => stage.record(book, title, stage.api('POST', '/api/tests', body))
  const to = ['organiser@example.org', 'left@example.org']
  await all('tests of everything', { campaign: SLUG, to })
  await stage.mails() // like the mails above
  await all('tests of e-mails and in languages that do not exist', {
    campaign: SLUG,
    to,
    emails: ['x'],
    locales: ['de'],
  })
  await all('tests of no campaign', { campaign: 'none', to })
  await all('tests to no address', { campaign: SLUG, to: ['organiser'] })
  await all('tests to nobody', { campaign: SLUG, to: [] })
  if (optOuts.size !== PEOPLE.length) throw new Error(`found ${optOuts.size} supporters, expected ${PEOPLE.length}`)
}

/** A practice in one language, with its mails. */
async function practice(stage: Stage, book: Book, good: object): Promise<void> {
  const body = { ...good, practice: true, audience: { locales: ['en'] } }
  const title = 'a practice'
  await stage.record(
    book,
    `${title} with notify`,
    stage.api('POST', '/api/dispatches', { ...body, notify: ['not one'] }),
  )
  const requested = await stage.record(book, title, stage.api('POST', '/api/dispatches', body))
  const at = headerOf(requested, 'location') ?? ''
  await stage.live(MINUTE_MS)
  await stage.record(book, `${title}, done`, stage.api('GET', at))
  await stage.record(book, `the mails of ${title}`, stage.api('GET', `${at}/mails`))
  const one = stage.api('GET', `${at}/mails/1`)
  const eml = await stage.ask(one)
  book.add(`one mail of ${title}`, `${showAsk(one)}\n--- answered\n${showHead(eml)}\n\n${showMail(eml.body)}`)
  await stage.record(book, `no mail of ${title}`, stage.api('GET', `${at}/mails/99`))
}

async function appeal(stage: Stage, shelf: Shelf, revision: string): Promise<void> {
  const book = shelf.book('api-dispatches')
  const good = { campaign: SLUG, revision, email: 'appeal' }
  const send = (title: string, body: unknown, key?: string) =>
    stage.record(
      book,
      title,
      stage.api('POST', '/api/dispatches', body, key === undefined ? {} : { 'idempotency-key': key }),
    )
  const look = (title: string, at: string) => stage.record(book, title, stage.api('GET', at))
  const dry = headerOf(await send('a dry run', { ...good, dryRun: true }), 'location') ?? ''
  await stage.live(MINUTE_MS)
  await look('the dry run, done', dry)
  const narrow = {
    locales: ['ru', 'kk'],
    topics: ['mining'],
    countries: ['KZ'],
    confirmedAfter: '2026-12-01T00:00:00+01:00',
  }
  const some = headerOf(await send('a dry run for some', { ...good, dryRun: true, audience: narrow }), 'location') ?? ''
  await stage.live(MINUTE_MS)
  await look('the dry run for some, done', some)
  const at = headerOf(await send('the appeal', good, 'key-1'), 'location') ?? ''
  await send('the appeal, repeated', good, 'key-1')
  await send('another body with its key', { ...good, audience: { locales: ['fr'] } }, 'key-1')
  await send('the appeal again', good, 'key-2')
  await stage.live(MINUTE_MS)
  await look('the appeal, sent', at)
  await look('its events', `${at}/events`)
  await recordMails(stage, shelf.book('mails-appeal'), 'the appeal')
  await send('the appeal, once more', good)
  await bring(stage, [{ email: 'late@example.org', name: 'Lark', locales: ['en'] }])
  const after =
    headerOf(
      await send('to those who joined since', { ...good, audience: { confirmedAfter: '2026-12-07T12:03:00Z' } }),
      'location',
    ) ?? ''
  await stage.live(MINUTE_MS)
  await look('to those who joined since, sent', after)
  const update = headerOf(await send('the update', { ...good, email: 'update', updateId: UPDATE }), 'location') ?? ''
  await stage.live(MINUTE_MS)
  await look('the update, sent', update)
  await recordMails(stage, shelf.book('mails-update'), 'the update and the appeal to one who came late')
  for (const act of ['approve', 'pause', 'resume', 'cancel'])
    await stage.record(book, `${act}, when it is over`, stage.api('POST', `${at}/${act}`))
  for (const body of [
    { batches: [{ id: 1, generation: 1 }], decision: 'count-as-sent' },
    { batches: [], decision: 'x' },
  ])
    await stage.record(book, 'a batch nobody is uncertain about', stage.api('POST', `${at}/resolve`, body))
  await practice(stage, book, good)
}

/** Records another time, a stop of everything and its end, and the end of a dispatch before it has begun. */
async function times(stage: Stage, book: Book, appeal: object): Promise<void> {
  const inHours = async (hours: number) => new Date((await stage.now()) + hours * HOUR_MS).toISOString()
  const body = { ...appeal, sendAt: await inHours(2), holdAfter: 1 }
  const planned = await stage.record(book, 'later, to one person first', stage.api('POST', '/api/dispatches', body))
  const at = headerOf(planned, 'location') ?? ''
  const another = { sendAt: await inHours(3) }
  await stage.record(book, 'another time', stage.api('POST', `${at}/reschedule`, another))
  await stage.record(
    book,
    'a time that has passed',
    stage.api('POST', `${at}/reschedule`, { sendAt: await inHours(-3) }),
  )
  await stage.record(book, 'everything is stopped', stage.api('POST', '/api/stop'))
  await stage.record(book, 'resumed meanwhile', stage.api('POST', `${at}/resume`))
  await stage.record(book, 'the figures meanwhile', stage.api('GET', '/api/stats'))
  await stage.record(book, 'everything goes on', stage.api('POST', '/api/go-on'))
  await stage.record(book, 'unscheduled', stage.api('POST', `${at}/unschedule`))
  await stage.record(book, 'unscheduled again', stage.api('POST', `${at}/unschedule`))
  await stage.record(book, 'another time after its end', stage.api('POST', `${at}/reschedule`, another))
}

/** Records pause, resume and cancel, with a campaign that has no other dispatch. */
async function acts(stage: Stage, book: Book, _revision: string): Promise<void> {
  const campaign = 'kas-kor-1994'
  const { revision } = JSON.parse(textOf(await stage.ask(stage.api('GET', `/api/campaigns/${campaign}`)))) as {
    revision: string
  }
  const sendAt = new Date((await stage.now()) + 2 * HOUR_MS).toISOString()
  const planned = await stage.record(
    book,
    'in two hours, one a minute',
    stage.api('POST', '/api/dispatches', { campaign, revision, email: 'appeal', sendAt, ratePerMinute: 1 }),
  )
  const at = headerOf(planned, 'location') ?? ''
  const act = (what: string) => stage.record(book, what, stage.api('POST', `${at}/${what}`))
  await act('pause')
  await act('pause')
  await act('resume')
  await stage.live(2 * HOUR_MS)
  await stage.record(book, 'begun', stage.api('GET', at))
  await stage.live(MINUTE_MS)
  await act('pause')
  await stage.live(HOUR_MS)
  await stage.record(book, 'paused for an hour', stage.api('GET', at))
  await act('resume')
  await stage.live(2 * MINUTE_MS)
  await act('cancel')
  await stage.live(MINUTE_MS)
  await act('resume')
  await stage.record(book, 'cancelled', stage.api('GET', at))
  await times(stage, book, { campaign, revision, email: 'appeal' })
  await stage.record(book, 'the list', stage.api('GET', '/api/dispatches'))
  await stage.record(book, 'the figures', stage.api('GET', '/api/stats'))
  const mails = await stage.mails()
  book.add('in the end', mails.map(({ at, subject }) => `${new Date(at).toISOString()} ${subject}`).join('\n'))
}

/** Records the approval by a second token, with REQUIRE_APPROVAL. */
async function approved(book: Book, bundle: string): Promise<void> {
  const stage = await openStage(bundle, { REQUIRE_APPROVAL: 'yes' })
  try {
    await bring(stage, PEOPLE.slice(0, 1))
    const revision = await revisionOf(stage)
    const body = { campaign: SLUG, revision, email: 'appeal' }
    const requested = await stage.record(book, 'asked for', stage.api('POST', '/api/dispatches', body))
    const at = headerOf(requested, 'location') ?? ''
    await stage.record(book, 'approved by the same token', stage.api('POST', `${at}/approve`))
    const second = { authorization: `Bearer ${TOKENS.second}` }
    await stage.record(book, 'approved by another', { ...stage.api('POST', `${at}/approve`), headers: second })
    await stage.live(MINUTE_MS)
    await stage.record(book, 'sent', stage.api('GET', at))
    const dry = await stage.record(book, 'a dry run', stage.api('POST', '/api/dispatches', { ...body, dryRun: true }))
    await stage.live(MINUTE_MS)
    await stage.record(book, 'counted', stage.api('GET', headerOf(dry, 'location') ?? ''))
    await stage.record(book, 'leaves meanwhile', post('/unsubscribe/nonsense', ''))
  } finally {
    await stage.close()
  }
}
