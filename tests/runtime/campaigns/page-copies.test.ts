import { reset, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CampaignPublication } from '../../../src/campaigns/campaign-publication.ts'
import { listForPages, listSlugs } from '../../../src/campaigns/copies/campaign-list.ts'
import { readCampaignPage } from '../../../src/campaigns/copies/campaign-page.ts'
import { readPageRecord } from '../../../src/campaigns/copies/page-record.ts'
import { countersSchema } from '../../../src/campaigns/counters.ts'
import { sealPublicSubmissions } from '../../../src/campaigns/public-submissions.ts'
import { noticesOf, publicationOf } from '../../../src/objects.ts'
import { ferry } from '../../support/campaign.ts'
import { CountingKv } from '../../support/counting-kv.ts'
import { testSettings } from '../../support/supporter-world.ts'
import { bindings } from '../../support/visitor.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const { keys } = await testSettings()
const numbersOf = (confirmed: number) =>
  countersSchema.parse({ confirmed, accepted: 0, refused: 0, waiting: 0, cancelled: 0, uncertain: 0 })
const WORDS = { messages: [{ name: 'Anna', text: 'Hold on.' }], endorsements: [], replies: [] }

let now = Date.UTC(2031, 0, 1)
beforeEach(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  await reset()
  now += 30 * DAY_MS
  vi.useFakeTimers({ toFake: ['Date'], now })
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const slugs = (() => {
  let n = 0
  return () => `page-${++n}`
})()

type World = {
  kv: CountingKv
  env: Env
  publication: CampaignPublication
  /** Runs all alarms until this time (epoch ms). Returns when each ran. */
  until(time: number): Promise<number[]>
}

/** Runs a test with a publication object over KV in memory. Its namespace leads to the object. */
const publishing = (run: (world: World) => Promise<void>) =>
  runInDurableObject(publicationOf(bindings), async (_, ctx) => {
    const kv = new CountingKv()
    const env = { ...bindings, CONTENT: kv.namespace }
    const publication = new CampaignPublication(ctx, env)
    Object.assign(env, { CAMPAIGN_PUBLICATION: { getByName: () => publication } })
    await run({
      kv,
      env,
      publication,
      async until(time) {
        const ran: number[] = []
        for (let at = await ctx.storage.getAlarm(); at !== null && at <= time; at = await ctx.storage.getAlarm()) {
          vi.setSystemTime(Math.max(at, Date.now()))
          ran.push(Date.now())
          await ctx.storage.deleteAlarm()
          await publication.alarm()
        }
        vi.setSystemTime(time)
        return ran
      },
    })
    await ctx.storage.deleteAlarm()
  })

const lateNotices = async () => (await noticesOf(bindings).list()).filter(({ kind }) => kind === 'pages-late')
const writes = (operations: string[], slug: string) => operations.filter((one) => one === `put campaign/${slug}`).length

test('numbers, words and revision are one record: a page costs one read, and nothing for the next seconds', () =>
  publishing(async ({ kv, env, publication, until }) => {
    const slug = slugs()
    await publication.publish({ ...ferry, slug })
    const words = await sealPublicSubmissions(keys, slug, WORDS)
    await publication.updatePage(slug, { numbers: numbersOf(3), words, urgent: false })
    await until(now + HOUR_MS)
    kv.take()
    for (let view = 0; view < 20; view++) {
      const page = await readCampaignPage(env, keys, slug, Date.now() + view * 500)
      expect(page).toMatchObject({ campaign: { slug }, counters: { confirmed: 3 }, submissions: WORDS })
    }
    expect(kv.take()).toEqual([`get campaign/${slug}`])
  }))

test('the home page costs one read, whatever the number of campaigns, and no public list lists KV', () =>
  publishing(async ({ kv, env, publication }) => {
    const published = Array.from({ length: 7 }, slugs)
    for (const [n, slug] of published.entries())
      await publication.publish({ ...ferry, slug, opened: `2026-01-0${n + 1}` })
    kv.take()
    const listed = await listForPages(env, Date.now() + 2 * MINUTE_MS)
    expect(listed.map(({ slug }) => slug).filter((slug) => published.includes(slug))).toEqual(published.toReversed())
    expect(JSON.stringify(listed)).not.toContain('"as"') // the index names nobody
    for (let view = 0; view < 50; view++) await listForPages(env, Date.now() + 2 * MINUTE_MS + view * 1_000)
    await listSlugs(env, Date.now() + 2 * MINUTE_MS)
    expect(kv.take()).toEqual(['get campaigns'])
  }))

test('views of unknown slugs cost one read each, and none for a slug that was just asked for', () =>
  publishing(async ({ kv, env }) => {
    for (const slug of ['no-such-a', 'no-such-b', 'no-such-a', 'no-such-c', 'no-such-a'])
      expect(await readCampaignPage(env, keys, slug, Date.now())).toBeNull()
    expect(kv.take()).toEqual(['get campaign/no-such-a', 'get campaign/no-such-b', 'get campaign/no-such-c'])
  }))

test.each([1, 3, 12])('with %i active campaigns, pages are written 200 times a day at most', (campaigns) =>
  publishing(async ({ kv, publication, until }) => {
    const active = Array.from({ length: campaigns }, slugs)
    for (const slug of active) await publication.publish({ ...ferry, slug })
    const start = now + DAY_MS // the writes of the publications are over
    await until(start)
    kv.take()
    for (let minute = 0; minute < 24 * 60; minute += campaigns === 12 ? 20 : 2) {
      await until(start + minute * MINUTE_MS)
      for (const slug of active) await publication.updatePage(slug, { numbers: numbersOf(minute + 1), urgent: false })
    }
    const operations = kv.take()
    const total = operations.filter((one) => one.startsWith('put ')).length
    expect(total).toBeLessThanOrEqual(200 + campaigns) // the first write of each is at once
    for (const slug of active) expect(writes(operations, slug)).toBeGreaterThan(1)
  }),
)

test('a new revision and withdrawn words are written at once, other changes at their time', () =>
  publishing(async ({ kv, env, publication, until }) => {
    const slug = slugs()
    await publication.publish({ ...ferry, slug })
    const words = await sealPublicSubmissions(keys, slug, WORDS)
    await publication.updatePage(slug, { numbers: numbersOf(1), words, urgent: false })
    await until(now + MINUTE_MS)
    expect((await readPageRecord(env.CONTENT, slug))?.words).toBeNull()
    await until(now + 10 * MINUTE_MS)
    expect((await readPageRecord(env.CONTENT, slug))?.words).toBe(words)
    await publication.updatePage(slug, { words: null, urgent: true })
    await until(Date.now())
    expect((await readPageRecord(env.CONTENT, slug))?.words).toBeNull()
    kv.take()
    await publication.publish({ ...ferry, slug, revision: '000000000001' })
    expect(kv.take()).toEqual([`put campaign/${slug}`, 'put campaigns'])
    expect(await readPageRecord(env.CONTENT, slug)).toMatchObject({
      campaign: { revision: '000000000001' },
      numbers: { confirmed: 1 },
    })
  }))

test('while KV refuses, tries become rarer, organisers are told after an hour, and the last content is written in the end', () =>
  publishing(async ({ kv, env, publication, until }) => {
    const slug = slugs()
    await publication.publish({ ...ferry, slug })
    await until(now + DAY_MS)
    kv.refuses = true
    await publication.updatePage(slug, { numbers: numbersOf(1), urgent: false })
    const tries: number[] = await until(now + DAY_MS + HOUR_MS / 2)
    expect(await lateNotices()).toEqual([])
    for (let hour = 1; hour <= 24; hour++) {
      tries.push(...(await until(now + DAY_MS + hour * HOUR_MS)))
      await publication.updatePage(slug, { numbers: numbersOf(hour + 1), urgent: hour % 2 === 0 }) // must not shorten the pauses
    }
    expect(await lateNotices()).toMatchObject([{ detail: expect.stringContaining('429') }])
    const pauses = tries.slice(1).map((time, i) => time - (tries[i] ?? 0))
    expect(tries.length).toBeLessThan(60)
    expect(pauses[0]).toBeGreaterThanOrEqual(7_000)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(HOUR_MS)
    expect(Math.min(...pauses.slice(9))).toBeGreaterThanOrEqual(HOUR_MS / 2)
    kv.refuses = false
    await until(now + 3 * DAY_MS)
    expect((await readPageRecord(env.CONTENT, slug))?.numbers?.confirmed).toBe(25)
  }))

test('what an earlier version stored in three keys is shown, taken over, and deleted an hour later', () =>
  publishing(async ({ kv, env, publication }) => {
    const slug = slugs()
    await publication.publish({ ...ferry, slug })
    // the storage as an earlier version left it
    const words = (await sealPublicSubmissions(keys, slug, WORDS)) ?? ''
    kv.entries.clear()
    await kv.put(`campaign/${slug}`, JSON.stringify({ over: null, campaign: { ...ferry, slug } }))
    await kv.put(`numbers/${slug}`, JSON.stringify(numbersOf(8)))
    await kv.put(`submissions/${slug}`, words)
    const seen = { campaign: { slug }, counters: { confirmed: 8 }, submissions: WORDS }

    kv.refuses = true
    expect(await readCampaignPage(env, keys, slug, Date.now() + MINUTE_MS)).toMatchObject(seen)
    kv.refuses = false
    expect(kv.take().filter((one) => one === 'list')).toEqual([])
    await runInDurableObject(bindings.CAMPAIGN_PUBLICATION.getByName('upgraded'), async (_, ctx) => {
      ctx.storage.sql.exec(
        'INSERT INTO published (slug, over, campaign, delivered_revision) VALUES (?, NULL, ?, ?)',
        ...[slug, JSON.stringify({ ...ferry, slug }), ferry.revision],
      )
      const upgraded = new CampaignPublication(ctx, env)
      await upgraded.wake()
      expect(await readPageRecord(env.CONTENT, slug)).toMatchObject({ numbers: { confirmed: 8 }, words })
      expect(await readCampaignPage(env, keys, slug, Date.now() + 2 * MINUTE_MS)).toMatchObject(seen)
      expect(kv.entries.has(`submissions/${slug}`)).toBe(true)
      vi.setSystemTime(Date.now() + HOUR_MS)
      await upgraded.wake()
      await ctx.storage.deleteAlarm()
    })
    expect([...kv.entries.keys()].sort()).toEqual([`campaign/${slug}`, 'campaigns'])
  }))
