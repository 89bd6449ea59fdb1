import * as z from 'zod'
import {
  type Counters,
  isEmptyCounters,
  countersSchema as numbersSchema,
  storeCounters,
} from '../campaigns/counters.ts'
import type { ObjectContext } from './object-context.ts'
import { publishAt } from './self-reports/self-reports.ts'

/** Milliseconds until another try: KV takes one write a second of a key. */
const AGAIN_MS = 15_000

const publishedSchema = z.object({ numbers: numbersSchema, at: z.number() })

/**
 * Tells the campaign's page its numbers, when they have changed; nothing once everything was forgotten, so that the last ones stand.
 * Answers when to try again (epoch ms), or null.
 */
export async function publishCounters({ env, db, slug }: ObjectContext, numbers: Counters): Promise<number | null> {
  const entry = db.entry('published-counters', publishedSchema)
  const published = entry.get()
  const inOrder = numbersSchema.parse(numbers) // what is stored comes back in the schema's order of fields
  if (isEmptyCounters(numbers) || JSON.stringify(published?.numbers) === JSON.stringify(inOrder)) return null
  const now = Date.now()
  const at = publishAt(inOrder, published, now)
  if (at > now) return at
  try {
    await storeCounters(env.CONTENT, slug(), numbers)
    entry.put({ numbers, at: now })
    return null
  } catch {
    return now + AGAIN_MS
  }
}
