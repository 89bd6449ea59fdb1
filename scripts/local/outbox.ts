/** Reads the captured mail of a local server over HTTP. */

import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import { paths, ROUTES } from '../../src/paths.ts'

const mail = z.object({
  id: z.number(),
  at: z.number(), // epoch ms
  to: z.string(),
  subject: z.string(),
  headers: z.record(z.string(), z.string()),
  text: z.string(),
  attachments: z.array(z.object({ filename: z.string() })).default([]),
})
export type CapturedMail = z.infer<typeof mail>

const POLL_EVERY_MS = 100
const WAIT_MS = 20_000

/** All mails with an id above `after`, oldest first. @throws Error if the server has no outbox */
export async function readOutbox(site: string, after = 0): Promise<CapturedMail[]> {
  const mails: CapturedMail[] = []
  for (;;) {
    const last = mails.at(-1)?.id ?? after
    const response = await fetch(`${site}${ROUTES.outboxJson}?after=${last}`)
    if (!response.ok) throw new Error(`the outbox answered ${response.status}`)
    const page = z.array(mail).parse(await response.json())
    if (page.length === 0) return mails
    mails.push(...page)
  }
}

/** Polls until there are `count` mails for which `ofKind` is true. Returns the mails found, fewer after a timeout of 20 s. */
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
    await delay(POLL_EVERY_MS)
  }
}

/** Beginnings of the paths of mailed links; a token follows. */
export const CONFIRM = paths.confirm('')
export const UNSUBSCRIBE = paths.unsubscribe('')
export const MODERATE = paths.moderate('')

/** The first link of a mail to a path with this beginning. @throws Error if there is none */
export function linkIn({ id, text }: CapturedMail, site: string, path: string): string {
  const link = linksIn(text).find((url) => url.startsWith(site + path))
  if (link === undefined) throw new Error(`mail ${id} has no link to ${path}`)
  return link
}

export const isConfirmation = ({ text }: CapturedMail): boolean => text.includes(CONFIRM)

/** Whether a mail is a welcome: the only mail with an unsubscribe link that is no list mail. */
export const isWelcome = ({ text, headers }: CapturedMail): boolean =>
  text.includes(UNSUBSCRIBE) && headers['List-Id'] === undefined

/** URLs in plain text, without punctuation or brackets after them. */
export const linksIn = (text: string): string[] =>
  [...text.matchAll(/https?:\/\/[^\s<>"]+/g)].map(([url]) => url.replace(/[).,;:!?»”]+$/, ''))

export async function readEml(site: string, id: number): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(`${site}${paths.outboxEml(id)}`)
  if (!response.ok) throw new Error(`mail ${id} cannot be downloaded: ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}
