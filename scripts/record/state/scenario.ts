/** Brings a deployment into a state that has something in every kind of Durable Object and in both KV namespaces. */

import { fill, linkIn, mailTo, post } from '../acts.ts'
import { Book } from '../book.ts'
import { QUAY } from '../campaign.ts'
import { event } from '../events.ts'
import { type Ask, headerOf, textOf } from '../http.ts'
import { bring, PEOPLE } from '../people.ts'
import { TOKENS } from '../settings.ts'
import type { Stage } from '../stage.ts'
import type { RecordedFacts } from './recorded-state.ts'

const SLUG = 'river-street-bakery'
const UPDATE = '2026-11-14'
/** Few, so that the recorded state is small. */
const READERS = PEOPLE.filter(({ locales }) => locales.includes('en') || locales.includes('ru'))
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

export async function makeState(stage: Stage): Promise<RecordedFacts> {
  await ask(stage, stage.api('PUT', '/api/campaigns/quay', { files: QUAY }))
  const optOuts = await bring(stage, READERS)
  await ask(stage, post(optOuts.get('night.shift@example.org') ?? '', 'List-Unsubscribe=One-Click'))
  const sent = await dispatch(stage, { email: 'appeal' })
  await stage.live(MINUTE_MS)
  await ask(stage, bounced(sent, await stage.now()))
  const sendAt = new Date((await stage.now()) + 10 * DAY_MS).toISOString()
  const pausedDispatch = await dispatch(stage, { email: 'update', updateId: UPDATE, sendAt })
  await ask(stage, stage.api('POST', `/api/dispatches/${pausedDispatch}/pause`))
  await confirm(stage, await writeLetter(stage, 'writer.en@example.org'), 'writer.en@example.org')
  const confirmLetter = await writeLetter(stage, 'writer.late@example.org')
  await confirm(stage, await writeSupport(stage, 'friend@example.org'), 'friend@example.org')
  const imported = await importPeople(stage)
  const submission = await onlySubmission(stage)
  const views = await viewsOf(stage, [sent, pausedDispatch], imported)
  const unsubscribe = optOuts.get('zoya@example.org') ?? ''
  return { views, pausedDispatch, import: imported, submission, links: { confirmLetter, unsubscribe } }
}

/** @throws Error when the answer is not a success or a redirect. */
async function ask(stage: Stage, asked: Ask) {
  const answer = await stage.ask(asked)
  if (answer.status >= 400) throw new Error(`${asked.path}: ${answer.status} ${textOf(answer)}`)
  return answer
}

async function json<T>(stage: Stage, asked: Ask): Promise<T> {
  return JSON.parse(textOf(await ask(stage, asked)))
}

async function dispatch(stage: Stage, body: Readonly<Record<string, string>>): Promise<string> {
  const { revision } = await json<{ revision: string }>(stage, stage.api('GET', `/api/campaigns/${SLUG}`))
  const answer = await ask(stage, stage.api('POST', '/api/dispatches', { campaign: SLUG, revision, ...body }))
  return headerOf(answer, 'location')?.split('/').at(-1) ?? ''
}

const bounced = (dispatch: string, at: number): Ask =>
  event('mailgun', { what: 'soft', email: 'wren@example.org', dispatch, at, n: 1 })

/** Answers the path of the link in the confirmation mail. */
async function confirmationOf(stage: Stage, email: string, page: string, action: string, answers: object) {
  const form = { page, action, answers: { email, ...answers } as Record<string, string> }
  await fill(stage, new Book(), page, form)
  return linkIn(mailTo(await stage.mails(), email), '/confirm/')
}

const writeLetter = (stage: Stage, email: string): Promise<string> =>
  confirmationOf(stage, email, `/en/campaigns/${SLUG}/write`, `/campaigns/${SLUG}/letters`, {
    name: 'Aldous Oakenshaw',
    sentence: 'I bake on night shift.',
  })

const writeSupport = (stage: Stage, email: string): Promise<string> =>
  confirmationOf(stage, email, `/en/campaigns/${SLUG}/support`, `/campaigns/${SLUG}/messages`, {
    name: 'Wren Hazelmoor',
    text: 'We are with you.',
    shown: 'yes',
  })

async function confirm(stage: Stage, link: string, email: string): Promise<void> {
  const answer = await ask(stage, post(link, ''))
  if (answer.status !== 200) throw new Error(`the link of ${email} answered ${answer.status}`)
}

/** One person with proof of consent, and three of whom one gets a confirmation mail each minute. */
async function importPeople(stage: Stage): Promise<string> {
  const rows = [
    'email,consent_source,consent_at',
    'listed@example.org,paper petition,2026-05-31',
    'first@example.org,,',
    'second@example.org,,',
    'third@example.org,,',
  ]
  const answer = await ask(stage, {
    method: 'POST',
    path: '/api/supporters/import?confirmationsPerMinute=1',
    headers: { authorization: `Bearer ${TOKENS.organiser}`, 'content-type': 'text/csv' },
    body: `${rows.join('\n')}\n`,
  })
  return (JSON.parse(textOf(answer)) as { id: string }).id
}

async function onlySubmission(stage: Stage): Promise<string> {
  const { items } = await json<{ items: Array<{ id: string }> }>(stage, stage.api('GET', '/api/moderation'))
  return items[0]?.id ?? ''
}

async function viewsOf(stage: Stage, dispatches: readonly string[], imported: string): Promise<Record<string, string>> {
  const paths = [
    ...dispatches.map((id) => `/api/dispatches/${id}`),
    '/api/stats',
    '/api/campaigns/quay',
    `/api/actions/${SLUG}`,
    '/api/moderation',
    `/api/supporters/imports/${imported}`,
    '/api/supporters/transfers',
  ]
  const views: Record<string, string> = {}
  for (const path of paths) views[path] = textOf(await ask(stage, stage.api('GET', path)))
  return views
}
