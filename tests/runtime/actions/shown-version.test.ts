import { runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { openParts } from '../../../src/actions/action-parts.ts'
import { openCampaignObject } from '../../../src/actions/campaign-object.ts'
import type { Tick } from '../../../src/actions/object-context.ts'
import { campaignActionsOf } from '../../../src/objects.ts'
import { ferry } from '../../support/campaign.ts'
import { testSettings } from '../../support/supporter-world.ts'
import { bindings } from '../../support/visitor.ts'

const settings = await testSettings()

test.each([
  ['corrected', ['Vera Orlova'], ['Wera Orlova']],
  ['replaced by another of as many words', ['Anna Petrova'], ['Ivan Sidorov']],
  ['exchanged with the next', ['Anna Petrova', 'Ivan Sidorov'], ['Ivan Sidorov', 'Anna Petrova']],
  ['added', ['Вера Орлова'], ['Вера Орлова', 'أحمد']],
])('the words on a page are read again when a withheld name was %s', (_, before, after) =>
  runInDurableObject(campaignActionsOf(bindings, `names-${before.length}-${after.join('')}`), async (_, ctx) => {
    const object = openCampaignObject(ctx, bindings).withTables()
    await object.begin(ferry.slug)
    const { submissions } = openParts(object)
    object.db.run(
      `INSERT INTO submission (id, kind, author, fingerprint, sealed, content_hash, country, shown, at, status, reason, decided_by)
       VALUES ('1', 'support', 'a', 'a', 's', 'h', '', 1, 1, 'accepted', '', '')`,
    )
    const versionWith = async (names: string[]) => {
      const tick = { settings: { ...settings, withheldNames: { [ferry.slug]: names } }, campaign: ferry } as const
      return (await submissions.shownVersion({ ...tick, now: 1, retention: NONE })).withoutDelay
    }
    expect(await versionWith(after)).not.toBe(await versionWith(before))
    expect(await versionWith(before)).toBe(await versionWith(before))
    expect(await versionWith(before)).not.toMatch(/Orlova|Petrova|Орлова/)
  }),
)

const NONE: Tick['retention'] = { over: false, personalEnded: false, recordsEnded: false }
