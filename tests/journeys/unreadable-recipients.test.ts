import { abortAllDurableObjects, reset, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { laneOf } from '../../src/objects.ts'
import { join, Organiser, people, received } from '../support/organiser.ts'
import { slowOutbox } from '../support/slow-outbox.ts'
import { bindings } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 30_000 })
beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

const anna = new Organiser()
const LOCALES = ['en', 'fr', 'ar', 'es'] as const

test.each(['no sealed value', ''])(
  'a batch whose recipients do not open (%j) keeps no other batch from being sent',
  async (stored) => {
    slowOutbox(300)
    const { campaign, revision } = await anna.publish('unread', [...LOCALES])
    await join(LOCALES.flatMap((locale, i) => people(i * 10, i * 10 + 5, locale)))
    const { id } = await anna.dispatch({ campaign, revision, email: 'appeal' })
    await anna.until(id, ({ counts }) => counts.accepted > 0)
    await anna.act(id, 'pause')
    const waiting = await runInDurableObject(laneOf(bindings, id, 0), (_, { storage }) => {
      const rows = storage.sql.exec("SELECT id FROM batch WHERE state = 'waiting' ORDER BY id").toArray()
      storage.sql.exec(
        'UPDATE batch SET recipients = ? WHERE id = ?',
        new TextEncoder().encode(stored),
        rows[0]?.id ?? 0,
      )
      return rows.length
    })
    expect(waiting).toBeGreaterThan(1)
    await abortAllDurableObjects()
    await anna.act(id, 'resume')
    const { counts } = await anna.until(id, ({ counts }) => counts.waiting === 0)
    expect(counts).toMatchObject({ planned: 20, accepted: 15, uncertain: 5 })
    expect(Object.values(await received()).every((mails) => mails.length === 1)).toBe(true)
  },
)
