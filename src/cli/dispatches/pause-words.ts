import type { Schemas } from '../client.ts'
import { inOptions } from './option-words.ts'

type Paused = Pick<Required<Schemas['Dispatch']>, 'id' | 'paused'> & { holdAfter?: number | undefined }

/** Pauses that a resume does not end: the text may not be sent any more. */
const FOR_GOOD: readonly string[] = ['revision-changed', 'name-withdrawn', 'naming-expired']

/** Why a dispatch is paused, in words, whatever the version of the server that paused it. */
export function whyPaused({ paused: { kind, detail }, holdAfter }: Omit<Paused, 'id'>): string {
  if (kind === 'stopped') return 'everything that sends was stopped'
  if (kind === 'hold-after' && holdAfter !== undefined)
    return `the first ${holdAfter === 1 ? 'person has' : `${holdAfter} people have`} their mail: look at what they got`
  return inOptions(detail)
}

/** Why a dispatch is paused, and the command that goes on or ends it. */
export function pauseWords({ id, paused, holdAfter }: Paused): string {
  const why = `Paused: ${whyPaused({ paused, holdAfter })}.`
  if (paused.kind === 'stopped') return `${why} To go on with everything: npm run tocsin -- go-on`
  if (FOR_GOOD.includes(paused.kind)) return `${why} To end it: npm run tocsin -- cancel ${id}`
  return `${why} To go on: npm run tocsin -- resume ${id}`
}
