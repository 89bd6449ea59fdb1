import * as z from 'zod'
import { isNothing, type Numbers, numbers as numbersSchema, tellNumbers } from '../campaigns/counters.ts'
import type { Shell } from './object-context.ts'
import { tellAt } from './self-reports/self-reports.ts'

/** Milliseconds until another try: KV takes one write a second of a key. */
const AGAIN_MS = 15_000

const toldSchema = z.object({ numbers: numbersSchema, at: z.number() })

/**
 * Tells the campaign's page its numbers, when they have changed; nothing once everything was forgotten, so that the last ones stand.
 * Answers when to try again (epoch ms), or null.
 */
export async function showNumbers({ env, db, slug }: Shell, numbers: Numbers): Promise<number | null> {
  const entry = db.entry('told', toldSchema)
  const told = entry.get()
  const inOrder = numbersSchema.parse(numbers) // what is stored comes back in the schema's order of fields
  if (isNothing(numbers) || JSON.stringify(told?.numbers) === JSON.stringify(inOrder)) return null
  const now = Date.now()
  const at = tellAt(inOrder, told, now)
  if (at > now) return at
  try {
    await tellNumbers(env.CONTENT, slug(), numbers)
    entry.put({ numbers, at: now })
    return null
  } catch {
    return now + AGAIN_MS
  }
}
