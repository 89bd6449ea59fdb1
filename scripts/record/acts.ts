/** Steps of people in a recording: forms as a browser submits them, and links from mails. */

import { type Answers, type Form, fillIn, formsIn } from '../demo/html.ts'
import type { Book } from './book.ts'
import { type Answer, type Ask, textOf } from './http.ts'
import { showMail } from './mail.ts'
import { SITE } from './settings.ts'
import type { Mail, Stage } from './stage.ts'

/** Milliseconds that a person takes to fill in a form. */
const FILLING_MS = 3_000

const FORM = 'application/x-www-form-urlencoded'

/** The request of a browser that submits a form of the deployment's own pages. */
export const post = (path: string, body: string, headers: Readonly<Record<string, string>> = {}): Ask => ({
  method: 'POST',
  path,
  headers: { origin: SITE, 'content-type': FORM, ...headers },
  body,
})

export const postJson = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Ask => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

/** The form of a page whose action begins with a path. @throws Error if there is none */
function formTo(page: Answer, path: string): Form {
  const begins = path.split('?')[0] ?? ''
  const form = formsIn(textOf(page)).find(({ action }) => new URL(action, SITE).pathname.startsWith(begins))
  if (form === undefined) throw new Error(`found no form to ${path} in a page with status ${page.status}`)
  return form
}

/** Opens a page, waits FILLING_MS, submits its form, and records request and answer. */
export async function fill(
  stage: Stage,
  book: Book,
  title: string,
  { page, action, answers = {} }: { page: string; action: string; answers?: Answers },
): Promise<Answer> {
  const form = formTo(await stage.ask({ path: page }), action)
  await stage.live(FILLING_MS)
  return stage.record(book, title, post(form.action, String(fillIn(form, answers))))
}

/** A form timestamp that is old enough, for forms that a recording submits without opening a page. */
export async function agedStamp(stage: Stage): Promise<string> {
  const form = formTo(await stage.ask({ path: '/en/sign-up' }), '/en/sign-up')
  await stage.live(FILLING_MS)
  return form.fields.find(({ name }) => name === 'stamp')?.value ?? ''
}

/** Path of the first link in a mail with this beginning. @throws Error if there is none */
export function linkIn({ text, to }: Mail, begins: string): string {
  const found = text.match(new RegExp(`${SITE}(${begins}[^\\s<>"),]+)`))?.[1]
  if (found === undefined) throw new Error(`found no link to ${begins} in a mail to ${to}`)
  return found
}

/** The first mail to an address. @throws Error if there is none */
export function mailTo(mails: readonly Mail[], to: string): Mail {
  const found = mails.find((mail) => mail.to === to)
  if (found === undefined) throw new Error(`found no mail to ${to}`)
  return found
}

/** Records the new mails under a title, or `no mail`. Returns them. */
export async function recordMails(stage: Stage, book: Book, title: string): Promise<Mail[]> {
  const mails = await stage.mails()
  for (const mail of mails) book.add(`${title}: mail to ${mail.to}`, showMail(mail.eml))
  if (mails.length === 0) book.add(title, 'no mail')
  return mails
}
