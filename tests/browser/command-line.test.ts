import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, inject, test } from 'vitest'
import { TEST_TOKEN } from '../settings.ts'
import { tocsin } from '../support/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'tocsin-command-line-'))
afterAll(() => rmSync(folder, { recursive: true }))

const SLUG = 'command-line-case'
const MODEL = 'river-street-bakery'
const UPDATE = '2026-11-14'
const NEXT_YEAR = new Date(Date.now() + 200 * 86_400_000).toISOString()

const run = (args: string[], env: Record<string, string> = {}) =>
  tocsin(args, { TOCSIN_URL: inject('url'), TOCSIN_TOKEN: TEST_TOKEN, ...env }, folder)

/** The objects on stdout, one a line. */
async function objects(args: string[]) {
  const { status, out } = await run([...args, '--json'])
  expect(status).toBe(0)
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** A campaign's folder, made from a model campaign. */
function campaignFolder(): string {
  const path = join(folder, SLUG)
  cpSync(join(import.meta.dirname, '../../campaigns', MODEL), path, { recursive: true })
  const file = join(path, 'campaign.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace(`slug: ${MODEL}`, `slug: ${SLUG}`))
  return path
}

test('a folder is published after a yes, once, and not with a fault', async () => {
  const path = campaignFolder()
  expect(await run(['publish', path])).toMatchObject({ status: 2, err: expect.stringContaining('add --yes') })
  expect((await run(['send', SLUG, '--dry-run'])).err).toContain(`No such campaign: ${SLUG}`)
  expect(await run(['publish', path, '--yes'])).toMatchObject({ status: 0, out: expect.stringContaining(SLUG) })
  expect((await run(['publish', path, '--yes'])).out).toContain('is current already')
  const english = readFileSync(join(path, 'en.md'), 'utf8')
  writeFileSync(join(path, 'en.md'), english.replace(/^title:/m, 'titel:'))
  expect(await run(['publish', path, '--yes'])).toMatchObject({ status: 1, err: expect.stringContaining('en.md:') })
  writeFileSync(join(path, 'en.md'), english)
  expect(await run(['publish', 'river-street-bakry'])).toMatchObject({
    status: 1,
    err: expect.stringContaining(`Did you mean ${MODEL}?`),
  })
  expect((await objects(['list', '--campaigns'])).map(({ slug }) => slug)).toContain(SLUG)
})

test('a dispatch is listed, shown, paused, resumed and cancelled by its first digits', async () => {
  const send = ['send', SLUG, '--email', 'update', '--update', UPDATE, '--at', NEXT_YEAR, '--yes']
  const [{ id }] = await objects(send)
  const short = id.slice(0, 8)
  expect(await objects(['list'])).toContainEqual(expect.objectContaining({ id, state: 'scheduled' }))
  expect((await run(['list'])).out).toContain(id)
  expect((await run(['status', short])).out).toMatch(/scheduled: starts at /)
  const [paused] = await objects(['pause', short])
  expect(paused).toMatchObject({ id, state: 'paused' })
  expect((await run(['status'])).out).toContain(id)
  expect((await run(['status', short])).out).toContain(`npm run tocsin -- resume ${id}`)
  expect((await objects(['resume', short]))[0].state).not.toBe('paused')
  expect(await run(['cancel', short])).toMatchObject({ status: 2, err: expect.stringContaining('Cancel it') })
  expect((await objects(['status', id]))[0].state).not.toBe('cancelled')
  expect((await objects(['cancel', id, '--yes']))[0]).toMatchObject({ state: 'cancelled' })
  expect(await run(['cancel', id, '--yes'])).toMatchObject({ status: 1 })
  expect(await run(['approve', id, '--yes'])).toMatchObject({ status: 1 })
  expect((await run(['resolve', id])).out).toContain('Nothing is uncertain.')
})

test('a dispatch that has not begun gets another time, in both clocks, and is taken back after a yes', async () => {
  const [{ id }] = await objects(['send', SLUG, '--email', 'update', '--update', UPDATE, '--at', NEXT_YEAR, '--yes'])
  const zoned = ['--at', 'monday 9:00', '--zone', 'Asia/Kathmandu']
  expect(await run(['reschedule', id, ...zoned])).toMatchObject({
    status: 2,
    err: expect.stringContaining('Start it at'),
  })
  const moved = await run(['reschedule', id.slice(0, 8), ...zoned, '--yes'])
  expect([moved.status, moved.out]).toEqual([
    0,
    expect.stringMatching(/Mon 20.* 09:00 \(Asia\/Katmandu|Kathmandu\), which is 20.* 03:15 UTC/),
  ])
  expect((await objects(['status', id]))[0].sendAt).toMatch(/T03:15:00/)
  const past = await run(['reschedule', id, '--at', '2020-12-05T16:00Z', '--yes'])
  expect([past.status, past.err]).toEqual([1, expect.stringMatching(/--at: found 2020/)])
  expect(past.err).not.toContain('sendAt')
  expect(await run(['unschedule', id])).toMatchObject({ status: 2, err: expect.stringContaining('Take it back?') })
  expect((await objects(['unschedule', id, '--yes']))[0]).toMatchObject({ id, state: 'cancelled' })
})

test('stop stops everything without a question, and go-on ends it after a yes', async () => {
  expect(await run(['stop'])).toMatchObject({ status: 0, out: expect.stringContaining('npm run tocsin -- go-on') })
  expect((await objects(['stop', '--yes']))[0]).toMatchObject({ openCalls: [] })
  expect(await run(['go-on'])).toMatchObject({ status: 2, err: expect.stringContaining('add --yes') })
  expect((await objects(['go-on', '--yes']))[0]).toMatchObject({ notResumed: [] })
})

test('correct needs a section, and counts those whom the dispatch has reached', async () => {
  const [{ id }] = await objects(['send', SLUG, '--email', 'update', '--update', UPDATE, '--at', NEXT_YEAR, '--yes'])
  const without = await run(['correct', id, '--dry-run'])
  expect([without.status, without.err]).toEqual([1, expect.stringContaining('## Correction 20')])
  const file = join(folder, SLUG, 'en.md')
  writeFileSync(file, `${readFileSync(file, 'utf8')}\n\n## Correction 2026-11-15 The oven works\n\nIt is on Friday.\n`)
  expect(await run(['publish', join(folder, SLUG), '--yes'])).toMatchObject({ status: 0 })
  const early = await run(['correct', id, '--yes'])
  expect([early.status, early.err]).toEqual([1, expect.stringMatching(/not over[\s\S]*status /)])
  await run(['cancel', id, '--yes'])
  const wrong = await run(['correct', id, '--correction', '2026-11-16', '--yes'])
  expect([wrong.status, wrong.err]).toEqual([1, expect.stringMatching(/--correction.*Did you mean 2026-11-15/)])
})

test('tests go to named addresses, of every e-mail or of those named', async () => {
  const [all] = await objects(['send', SLUG, '--test-to', 'me@example.org,you@example.org'])
  expect(all).toMatchObject({ status: 'queued', addresses: 2, notSent: [] })
  expect(all.mails).toBeGreaterThan(4)
  const few = await run(['send', SLUG, '--test-to', 'him@example.org', '--email', 'update', '--locales', 'en'])
  expect([few.status, few.out]).toEqual([0, expect.stringContaining('Queued 1 test for 1 address: update in en')])
  const wrong = await run(['send', SLUG, '--test-to', 'him@example.org,nobody', '--locales', 'en,fz'])
  expect([wrong.status, wrong.err]).toEqual([1, expect.stringMatching(/--test-to \(2\):[\s\S]*|--locales \(2\)/)])
  expect(wrong.err).not.toMatch(/\bto\.\d|locales\.\d/)
})

test('a reply that waits for a moderator is listed and decided once', async () => {
  const body = { target: 'managing-director', date: '2026-11-20', locale: 'en', text: 'We looked into the oven.' }
  const added = await fetch(`${inject('url')}/api/actions/${SLUG}/replies`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TEST_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const { id } = (await added.json()) as { id: string }
  expect((await run(['moderate'])).out).toContain('We looked into the oven.')
  expect(await run(['moderate', id])).toMatchObject({ status: 2 })
  expect(await run(['moderate', '--accept'])).toMatchObject({ status: 2 })
  expect(await run(['moderate', id, '--accept', '--refuse'])).toMatchObject({ status: 2 })
  expect(await objects(['moderate', id, '--refuse', '--reason', 'off-topic'])).toEqual([{ id, standing: 'refused' }])
  expect(await run(['moderate', id, '--accept'])).toMatchObject({ status: 1 })
})

test('news to writers need a yes, and say how many have been told', async () => {
  expect(await run(['tell', SLUG])).toMatchObject({ status: 2 })
  expect(await run(['tell', SLUG, '--update', UPDATE])).toMatchObject({
    status: 2,
    err: expect.stringContaining('--yes'),
  })
  const [news] = await objects(['tell', SLUG, '--update', UPDATE, '--yes'])
  expect(news).toMatchObject({ told: 0, done: true }) // followed to the end
  expect(await objects(['tell', SLUG, '--status'])).toMatchObject([{ about: `update/${UPDATE}`, told: 0, done: true }])
  expect(await run(['tell', SLUG, '--status', '--end'])).toMatchObject({ status: 2 })
  expect(await run(['tell', SLUG, '--end', '--yes'])).toMatchObject({ status: 1 })
})

test('a campaign that does not exist is answered with the nearest one, in every command that names one', async () => {
  for (const args of [['send'], ['tell', '--end', '--yes'], ['resolve', '--letters']]) {
    const { status, err } = await run([...args, 'river-street-bakry'])
    expect([args, status, err]).toEqual([args, 1, expect.stringContaining(`Did you mean ${MODEL}?`)])
  }
  expect((await run(['send', 'xyz'])).err).toContain(MODEL)
})
