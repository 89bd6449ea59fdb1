import { reset, runDurableObjectAlarm } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { catalogue } from '../../src/campaigns/catalogue.ts'
import { Dispatch } from '../../src/dispatch/dispatch.ts'
import { publicationOf } from '../../src/objects.ts'
import { TEST_READER_TOKEN, TEST_TOKEN } from '../settings.ts'
import { join, Organiser, people } from '../support/organiser.ts'
import { bindings } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })

const anna = new Organiser()
beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

const filesOf = (title: string, changes: string[] = []) => ({
  files: {
    'campaign.yaml': [
      'slug: crane',
      'status: open',
      'country: NO',
      'opened: 2026-03-01',
      'topics: [transport]',
      ...changes,
    ].join('\n'),
    'en.md': `---\ntitle: ${title}\nsummary: They stand outside.\nsubjects: { appeal: ${title} }\n---\n\n## Appeal\n\nCome.\n`,
  },
})
const put = (title: string, headers: Record<string, string> = {}, changes: string[] = []) =>
  anna.ask<{ revision: string; current?: string; paused: string[] }>(
    'PUT',
    '/api/campaigns/crane',
    filesOf(title, changes),
    headers,
  )

test('of two organisers who change the same revision at once, one gets 412 with the current revision, which pages show', async () => {
  const first = await put('One')
  expect(first.status).toBe(201)
  const headers = { 'if-match': `"${first.json.revision}"` }
  const answers = await Promise.all([put('Two', headers), put('Three', headers)])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412])
  const won = answers.find(({ status }) => status === 200)
  const lost = answers.find(({ status }) => status === 412)
  expect(lost?.json.current).toBe(won?.json.revision)
  expect((await catalogue(bindings.CONTENT).find('crane'))?.revision).toBe(won?.json.revision)
})

test('If-Match with * or an unknown revision is refused for a campaign that was never published', async () => {
  expect((await put('One', { 'if-match': '*' })).status).toBe(412)
  expect((await put('One', { 'if-match': '"undefined"' })).status).toBe(412)
  expect((await put('One')).status).toBe(201)
  expect((await put('Two', { 'if-match': '*' })).status).toBe(200)
})

test('after concurrent publications, pages show the revision that dispatches use', async () => {
  await Promise.all(Array.from({ length: 6 }, (_, n) => put(`Title ${n}`)))
  const { json } = await anna.ask<{ revision: string }>('GET', '/api/campaigns/crane')
  expect((await catalogue(bindings.CONTENT).find('crane'))?.revision).toBe(json.revision)
})

test('a publication interrupted by a crash is completed by the alarm: pages show it, and dispatches of the old one pause', async () => {
  const { json: old } = await put('One')
  await join(people(0, 3))
  const { id } = await anna.dispatch({ campaign: 'crane', revision: old.revision, email: 'appeal', ratePerMinute: 1 })
  await anna.until(id, (view) => view.counts.accepted > 0)
  const republished = vi.spyOn(Dispatch.prototype, 'republished').mockRejectedValueOnce(new Error('gone'))
  const { json: current } = await put('Two', {}, ['doNotUseAfter: 2030-01-01'])
  expect(republished).toHaveBeenCalled()
  expect(current.paused).toEqual([])

  expect(await runDurableObjectAlarm(publicationOf(bindings))).toBe(true)
  expect((await catalogue(bindings.CONTENT).find('crane'))?.revision).toBe(current.revision)
  expect(await anna.look(id)).toMatchObject({ state: 'paused' })
  await anna.act(id, 'cancel')
})

test('a publication repeated with its old If-Match, after a lost answer, succeeds', async () => {
  const { json: first } = await put('One')
  const headers = { 'if-match': `"${first.revision}"` }
  expect((await put('Two', headers)).status).toBe(200)
  expect((await put('Two', headers)).status).toBe(200)
  expect((await put('Three', headers)).status).toBe(412)
})

test('a resumed dispatch is not paused again for a corrected text, but for another last day', async () => {
  const { json } = await put('One')
  await join(people(0, 3))
  const { id } = await anna.dispatch({ campaign: 'crane', revision: json.revision, email: 'appeal', ratePerMinute: 1 })
  await anna.until(id, (view) => view.counts.accepted > 0)
  expect((await put('One', {}, ['doNotUseAfter: 2030-01-01'])).json.paused).toEqual([id])
  expect((await anna.act(id, 'resume')).status).toBe(200)
  expect((await put('Two', {}, ['doNotUseAfter: 2030-01-01'])).json.paused).toEqual([])
  expect((await put('Two', {}, ['doNotUseAfter: 2031-01-01'])).json.paused).toEqual([id])
  await anna.act(id, 'cancel')
})

test('a test mail and a dry run cannot be requested together', async () => {
  const { json } = await put('One')
  const request = { campaign: 'crane', revision: json.revision, email: 'appeal', dryRun: true, testTo: 'a@example.org' }
  expect((await anna.refused(request, 422)).errors).toMatchObject([{ path: 'testTo' }])
})

test('a campaign that is too large is refused before any of it is stored', async () => {
  const dense = `${'*a* '.repeat(14_000)}\n`
  const files = {
    ...filesOf('One').files,
    ...Object.fromEntries(
      ['en', 'ru', 'fr', 'es', 'kk', 'ar'].map((l) => [`${l}.md`, filesOf('One').files['en.md'] + dense]),
    ),
  }
  const answer = await anna.ask('PUT', '/api/campaigns/crane', { files })
  expect([413, 422]).toContain(answer.status)
  expect((await anna.ask('GET', '/api/campaigns/crane')).status).toBe(404)
})

test('moderators’ addresses are shown to tokens that may publish, and to no other', async () => {
  const moderators = [{ email: 'reader@example.org', locale: 'en' }]
  expect((await put('One', {}, ['moderators:', '  - { email: reader@example.org, locale: en }'])).json).toMatchObject({
    slug: 'crane',
  })
  const seen = async (token: string) => {
    const { status, json, headers } = await new Organiser(token).ask<Record<string, unknown>>(
      'GET',
      '/api/campaigns/crane',
    )
    expect(status).toBe(200)
    return { json, etag: headers.get('etag') }
  }
  const [publisher, reader] = [await seen(TEST_TOKEN), await seen(TEST_READER_TOKEN)]
  expect(publisher.json).toMatchObject({ moderators })
  expect(JSON.stringify(reader.json)).not.toContain('reader@example.org')
  expect(reader).toEqual({ etag: publisher.etag, json: { ...publisher.json, moderators: undefined } }) // nothing else is left out
})
