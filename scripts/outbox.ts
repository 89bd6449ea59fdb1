/** The local server's captured mail, read from outside as people and programs can. */

import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'

const mail = z.object({
  id: z.number(),
  to: z.string(),
  subject: z.string(),
  headers: z.record(z.string(), z.string()),
  text: z.string(),
})
export type CapturedMail = z.infer<typeof mail>

const LOOK_EVERY_MS = 100
const WAIT_MS = 20_000

/** Every mail, oldest first. @throws Error where no outbox is served. */
export async function readOutbox(site: string, after = 0): Promise<CapturedMail[]> {
  const mails: CapturedMail[] = []
  for (;;) {
    const last = mails.at(-1)?.id ?? after
    const response = await fetch(`${site}/outbox.json?after=${last}`)
    if (!response.ok) throw new Error(`the outbox answered ${response.status}`)
    const page = z.array(mail).parse(await response.json())
    if (page.length === 0) return mails
    mails.push(...page)
  }
}

/** Looks until there are `count` mails of a kind, and answers with those there are when the time is over. */
export async function awaitMails(
  site: string,
  count: number,
  ofKind: (mail: CapturedMail) => boolean,
): Promise<CapturedMail[]> {
  const found: CapturedMail[] = []
  const deadline = Date.now() + WAIT_MS
  for (let after = 0; ; ) {
    const news = await readOutbox(site, after)
    found.push(...news.filter(ofKind))
    after = news.at(-1)?.id ?? after
    if (found.length >= count || Date.now() > deadline) return found
    await delay(LOOK_EVERY_MS)
  }
}

/** The first link of a mail to a path of ours, such as `/confirm/`. @throws Error when there is none. */
export function linkIn({ id, text }: CapturedMail, site: string, path: string): string {
  const link = linksIn(text).find((url) => url.startsWith(site + path))
  if (link === undefined) throw new Error(`mail ${id} has no link to ${path}`)
  return link
}

/** Addresses in plain text; what closes a sentence or a bracket is not part of one. */
export const linksIn = (text: string): string[] =>
  [...text.matchAll(/https?:\/\/[^\s<>"]+/g)].map(([url]) => url.replace(/[).,;:!?»”]+$/, ''))

export async function readEml(site: string, id: number): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(`${site}/outbox/${id}.eml`)
  if (!response.ok) throw new Error(`mail ${id} cannot be downloaded: ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}
