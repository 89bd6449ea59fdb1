import { expect, test } from 'vitest'
import { parseModerationId } from '../../../src/actions/moderation/moderation.ts'
import { mailDueAt } from '../../../src/actions/moderation/moderators.ts'

const HOUR = 3_600_000

test('moderators get a mail at once, then at most one an hour, and one a day without new submissions', () => {
  const now = 1_000 * HOUR
  expect(mailDueAt({ count: 0, newest: 0 }, null, now)).toBeNull()
  expect(mailDueAt({ count: 3, newest: now }, null, now)).toBe(now)
  expect(mailDueAt({ count: 3, newest: now }, now - 1, now)).toBe(now - 1 + HOUR)
  expect(mailDueAt({ count: 3, newest: now - 2 * HOUR }, now - HOUR, now)).toBe(now + 23 * HOUR)
})

test('a moderation id has the campaign and the inner id; other texts are rejected', () => {
  const id = crypto.randomUUID()
  expect(parseModerationId(`river-street-bakery.${id}`)).toEqual({ campaign: 'river-street-bakery', id })
  for (const other of ['', id, `.${id}`, `a.b.${id}`, `../x.${id}`, 'river-street-bakery.1'])
    expect(parseModerationId(other), other).toBeNull()
})
