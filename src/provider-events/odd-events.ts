import { raiseNotice } from '../notices/raise-notice.ts'
import type { OddEvent } from './provider.ts'

/** Names of odd events that are told apart, for each provider in one isolate. A provider has about twenty; more are counted together. */
const MAX_ODD_NAMES = 20
const known = new Map<string, Set<string>>()

const NOTICES = { unknown: 'provider-event-unknown', unreadable: 'provider-event-unreadable' } as const

/** Logs odd events and tells organisers, once for each provider and name, with their number. */
export async function noticeOddEvents(env: Env, provider: string, odd: readonly OddEvent[]): Promise<void> {
  for (const [kind, some] of Map.groupBy(odd, (one) => one.kind)) {
    for (const [subject, same] of Map.groupBy(some, ({ name }) => subjectOf(kind, provider, name))) {
      const [first] = same
      const detail = first?.kind === 'unreadable' ? `missing or malformed: ${first.place}` : ''
      console.warn('webhook event without effect:', kind, subject, detail)
      await raiseNotice(env, { kind: NOTICES[kind], subject, count: same.length, detail })
    }
  }
}

function subjectOf(kind: OddEvent['kind'], provider: string, name: string): string {
  const names = known.get(provider) ?? new Set()
  known.set(provider, names)
  const key = `${kind} ${name}`
  if (!names.has(key) && names.size >= MAX_ODD_NAMES) return `${provider}: other names`
  names.add(key)
  return `${provider}: ${name}`
}
