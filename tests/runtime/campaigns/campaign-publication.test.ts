import { reset, runInDurableObject } from 'cloudflare:test'
import { beforeEach, expect, test, vi } from 'vitest'
import { CampaignPublication } from '../../../src/campaigns/campaign-publication.ts'
import { catalogue } from '../../../src/campaigns/catalogue.ts'
import { PublicationNotices } from '../../../src/campaigns/publication-notices.ts'
import { noticesOf, publicationOf } from '../../../src/objects.ts'
import { ferry } from '../../support/campaign.ts'
import { bindings } from '../../support/visitor.ts'

vi.setConfig({ testTimeout: 30_000 })
beforeEach(reset)

const REVISION = '000000000000'
const copied = async () => (await catalogue(bindings.CONTENT).find(ferry.slug))?.revision
const refusing = (put = () => {}): KVNamespace =>
  new Proxy(bindings.CONTENT, {
    get(kv, name) {
      if (name === 'put')
        return () => {
          put()
          return Promise.reject(new Error('KV refuses'))
        }
      const member = Reflect.get(kv, name)
      return typeof member === 'function' ? member.bind(kv) : member
    },
  })
/** KV that takes one write of each key, as it does within a second. `writes` gets the keys. */
const refusingSecond = (writes: string[]): KVNamespace =>
  new Proxy(bindings.CONTENT, {
    get(kv, name) {
      if (name === 'put')
        return (key: string, value: string) => {
          const isSecond = writes.includes(key)
          writes.push(key)
          return isSecond ? Promise.reject(new Error('429 Too Many Requests')) : kv.put(key, value)
        }
      const member = Reflect.get(kv, name)
      return typeof member === 'function' ? member.bind(kv) : member
    },
  })
/** Runs `act` at this time (epoch ms). */
async function at(time: number, act: () => Promise<unknown>): Promise<void> {
  const clock = vi.spyOn(Date, 'now').mockReturnValue(time)
  await act().finally(() => clock.mockRestore())
}

test('a published revision is current at once; the alarm repeats the copy to KV until KV accepts it', () =>
  runInDurableObject(publicationOf(bindings), async (_, ctx) => {
    const broken = new CampaignPublication(ctx, { ...bindings, CONTENT: refusing() })
    await expect(broken.publish(ferry)).rejects.toThrow('KV refuses')
    expect(broken.published(ferry.slug)?.campaign.revision).toBe(ferry.revision)
    expect(await ctx.storage.getAlarm()).toBeGreaterThan(Date.now())
    expect(await copied()).toBeUndefined()

    await ctx.storage.deleteAlarm()
    await broken.alarm()
    expect(await ctx.storage.getAlarm()).not.toBeNull() // the delivery is still due

    await ctx.storage.deleteAlarm()
    await at(Date.now() + 60_000, () => new CampaignPublication(ctx, bindings).alarm())
    expect(await copied()).toBe(ferry.revision)
    expect(await ctx.storage.getAlarm()).toBeNull()
  }))

test('organisers are told once of a publication that five tries in a row have not delivered', async () => {
  const listed = async () =>
    (await noticesOf(bindings).list())
      .filter(({ kind }) => kind === 'publication-not-delivered')
      .map(({ kind, subject, count }) => [kind, subject, count])
  const notices = new PublicationNotices()
  const tries = async (...undelivered: string[][]) => {
    for (const slugs of undelivered) await notices.count(bindings, slugs)
  }
  await tries(['quay'], ['quay'], ['quay', 'ferry'], ['quay'])
  await tries([], ['quay'], ['quay']) // it was delivered in between
  expect(await listed()).toEqual([])
  await tries(['quay'], ['quay'], ['quay'], ['quay'], ['quay', 'ferry'])
  expect(await listed()).toEqual([['publication-not-delivered', 'quay', 1]])
})

test('waking does not postpone a pending alarm, and replaces one whose time has passed', () =>
  runInDurableObject(publicationOf(bindings), async (_, ctx) => {
    const publication = new CampaignPublication(ctx, bindings)
    await publication.publish(ferry)
    ctx.storage.sql.exec('UPDATE published SET delivered_revision = NULL')
    const soon = Date.now() + 10_000
    await ctx.storage.setAlarm(soon)
    await publication.wake()
    expect(await ctx.storage.getAlarm()).toBe(soon)
    const later = vi.spyOn(Date, 'now').mockReturnValue(soon + 1)
    await publication.wake()
    later.mockRestore()
    expect(await ctx.storage.getAlarm()).toBeGreaterThan(soon)
    await ctx.storage.deleteAlarm()
  }))

test('a delivered publication has no alarm; an undelivered one gets a lost alarm back', () =>
  runInDurableObject(publicationOf(bindings), async (_, ctx) => {
    const publication = new CampaignPublication(ctx, bindings)
    await publication.publish(ferry)
    await publication.publish({ ...ferry, revision: REVISION }, ferry.revision)
    expect(await copied()).toBe(REVISION)
    expect(await ctx.storage.getAlarm()).toBeNull()
    await publication.wake()
    expect(await ctx.storage.getAlarm()).toBeNull()
    ctx.storage.sql.exec('UPDATE published SET delivered_revision = NULL')
    await publication.wake()
    expect(await ctx.storage.getAlarm()).not.toBeNull()
    await ctx.storage.deleteAlarm()
  }))

test('after a failure of KV, the alarm writes each key once, and nothing delays the next page', () =>
  runInDurableObject(publicationOf(bindings), async (_, ctx) => {
    const slugs = ['quay', 'dock', 'pier']
    for (const slug of slugs) await new CampaignPublication(ctx, bindings).publish({ ...ferry, slug })
    ctx.storage.sql.exec('UPDATE published SET delivered_revision = NULL')
    ctx.storage.sql.exec('UPDATE page SET version = version + 1, urgent = 1')
    ctx.storage.kv.delete('index-written')
    await ctx.storage.deleteAlarm()
    const writes: string[] = []
    await new CampaignPublication(ctx, { ...bindings, CONTENT: refusingSecond(writes) }).alarm()
    expect(writes.toSorted()).toEqual(['campaign/dock', 'campaign/pier', 'campaign/quay', 'campaigns'])
    expect(ctx.storage.kv.get('failures')).toBeUndefined()
    expect(await ctx.storage.getAlarm()).toBeNull()
  }))
