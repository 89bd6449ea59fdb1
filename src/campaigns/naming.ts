import type { Campaign } from './campaign.ts'

/**
 * Whether a text of `then` may name a person who must no longer be named so: shown less since (named → initials → withheld), shown
 * otherwise, or taken out. That text must not be sent any more.
 */
export function isNameWithdrawn(then: Pick<Campaign, 'people'>, current: Pick<Campaign, 'people'>): boolean {
  return then.people.some((before) => {
    if (before.naming === 'withheld') return false
    const now = current.people.find((person) => person.id === before.id)
    return now === undefined || now.naming !== before.naming || JSON.stringify(now.as) !== JSON.stringify(before.as)
  })
}
