import * as z from 'zod'

/**
 * What is shown of letters on a campaign's page. `confirmed` are people, by their mailboxes; the others are mails to targets, each in
 * one of these states. Nothing here can be raised without a confirmed mailbox.
 */
export const numbers = z.strictObject({
  confirmed: z.int(),
  accepted: z.int(), // by the target's mail server
  refused: z.int(),
  waiting: z.int(),
  cancelled: z.int(),
  uncertain: z.int(),
  copies: z.int().optional(), // of letters, at the mail servers of those who get copies
})
export type Numbers = z.infer<typeof numbers>

const keyOf = (slug: string): string => `numbers/${slug}`
/** Milliseconds for which an isolate shows what it last read. */
const LATELY_MS = 15_000
/** Names in a URL are anybody's: so many are remembered. */
const LATELY_SLUGS = 200
const lately = new Map<string, { until: number; numbers: Numbers | null }>()

/** KV `numbers/{slug}`: what the campaign's object last told; null before anybody has written. `now` in epoch ms. */
export async function readNumbers(content: KVNamespace, slug: string, now: number): Promise<Numbers | null> {
  const known = lately.get(slug)
  if (known !== undefined && known.until > now) return known.numbers
  const found = numbers.safeParse(JSON.parse((await content.get(keyOf(slug))) ?? 'null')).data ?? null
  if (lately.size >= LATELY_SLUGS) lately.clear()
  lately.set(slug, { until: now + LATELY_MS, numbers: found })
  return found
}

/** One try: what is not written now is overtaken by the next. */
export async function tellNumbers(content: KVNamespace, slug: string, told: Numbers): Promise<void> {
  await content.put(keyOf(slug), JSON.stringify(told))
}
