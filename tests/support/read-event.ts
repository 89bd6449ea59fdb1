import { isOdd, type ReadEvents } from '../../src/provider-events/provider.ts'
import { providers } from '../../src/provider-events/providers.ts'
import SNS from './certificates/sns.pem?raw'
import { type Name, SECRETS, SIGNERS } from './signed-events.ts'

/** Noon of the day on which the fixtures' events are read, a week after they happened. */
export const READ_AT = Date.parse('2026-12-01T12:00:00Z')

export async function readEvent(name: Name, event: unknown): Promise<ReadEvents> {
  const provider = providers.find((one) => one.name === name)
  if (provider === undefined) throw new Error(`no provider ${name}`)
  const request = SIGNERS[name](JSON.stringify(event), READ_AT)
  return provider.read(request, SECRETS[name], READ_AT, { fetchText: async () => SNS })
}

/** One word for each event: what it means for its person, or why it means nothing. */
export function wordsOf(read: ReadEvents): string {
  if (!Array.isArray(read)) return read.refused
  const words = read.flatMap((one) => {
    if (isOdd(one)) return [`${one.kind} ${one.name}`]
    if (one.kind === 'noted') return []
    if (one.kind !== 'bounced') return [one.kind]
    return [one.suppresses ? (one.permanent ? 'hard' : 'soft') : 'refused']
  })
  return words.length === 0 ? 'nothing' : words.join()
}

export const said = async (name: Name, event: unknown): Promise<string> => wordsOf(await readEvent(name, event))
