import { expect, test } from 'vitest'
import type { Campaign } from '../../src/campaigns/campaign.ts'
import { staleContacts } from '../../src/campaigns/stale-contacts.ts'
import { ferry } from '../support/campaign.ts'

const now = Date.parse('2026-11-28T12:00:00Z')
const checked = (verifiedAt: string | undefined, status: Campaign['status'] = 'open'): Campaign => {
  const [target] = ferry.targets
  if (target === undefined) throw new Error('the ferry has no target')
  const { verifiedAt: _, ...rest } = target
  return { ...ferry, status, targets: [{ ...rest, ...(verifiedAt !== undefined && { verifiedAt }) }] }
}

test('an open campaign reports contacts that were not checked for half a year', () => {
  expect(staleContacts(checked('2026-06-01'), now)).toEqual([])
  expect(staleContacts(checked('2026-05-31'), now)).toEqual([expect.stringContaining('last checked on 2026-05-31')])
  expect(staleContacts(checked(undefined), now)).toEqual([expect.stringContaining('set verifiedAt')])
  expect(staleContacts(checked('2020-01-01', 'closed'), now)).toEqual([])
})
