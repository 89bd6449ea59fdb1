import type { Campaign } from './campaign.ts'

/**
 * Whether texts of the revision `then` can contain a name that is now withdrawn: shown less (named → initials →
 * withheld), shown differently, or removed. Such texts must not be sent.
 */
export function isNameWithdrawn(then: Pick<Campaign, 'people'>, current: Pick<Campaign, 'people'>): boolean {
  return then.people.some((before) => {
    if (before.naming === 'withheld') return false
    const now = current.people.find((person) => person.id === before.id)
    return now === undefined || now.naming !== before.naming || JSON.stringify(now.as) !== JSON.stringify(before.as)
  })
}
