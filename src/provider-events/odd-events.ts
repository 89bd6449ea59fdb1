import { raiseNotice } from '../notices/raise-notice.ts'
import type { OddEvent } from './provider.ts'

/** Names of odd events that are told apart, in one isolate. More names are counted together: a provider has about twenty. */
export const MAX_ODD_NAMES = 20
const known = new Set<string>()

/** Logs odd events and tells organisers, once for each provider and name, with their number. */
export async function noticeOddEvents(env: Env, provider: string, odd: readonly OddEvent[]): Promise<void> {
  for (const [subject, some] of Map.groupBy(odd, ({ kind, name }) => subjectOf(kind, provider, name))) {
    const [first] = some
    if (first === undefined) continue
    const detail = first.kind === 'unreadable' ? `missing or malformed: ${first.place}` : ''
    console.warn('webhook event without effect:', first.kind, subject, detail)
    const kind = first.kind === 'unknown' ? 'provider-event-unknown' : 'provider-event-unreadable'
    await raiseNotice(env, { kind, subject, count: some.length, detail })
  }
}

function subjectOf(kind: OddEvent['kind'], provider: string, name: string): string {
  const subject = `${provider}: ${name}`
  const key = `${kind} ${subject}`
  if (!known.has(key) && known.size >= MAX_ODD_NAMES) return `${provider}: other names`
  known.add(key)
  return subject
}
