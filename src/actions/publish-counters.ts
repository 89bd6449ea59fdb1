import * as z from 'zod'
import {
  type Counters,
  isEmptyCounters,
  countersSchema as numbersSchema,
  storeCounters,
} from '../campaigns/counters.ts'
import type { ObjectContext } from './object-context.ts'
import { publishAt } from './self-reports/self-reports.ts'

/** Milliseconds until another try. KV allows one write a second to a key. */
const AGAIN_MS = 15_000

const publishedSchema = z.object({ numbers: numbersSchema, at: z.number() })

/**
 * Writes changed counters to KV for the campaign's page. Empty counters are not written, so that the last ones stay after retention.
 * Returns when to try again (epoch ms), or null.
 */
export async function publishCounters({ env, db, slug }: ObjectContext, numbers: Counters): Promise<number | null> {
  const entry = db.entry('published-counters', publishedSchema)
  const published = entry.get()
  const inOrder = numbersSchema.parse(numbers) // with fields in the schema's order, as stored ones have
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
