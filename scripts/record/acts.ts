/** What people do, recorded: forms as a browser sends them, and links as their mails hold them. */

import { type Answers, type Form, fillIn, formsIn } from '../demo/html.ts'
import type { Book } from './book.ts'
import { type Answer, type Ask, textOf } from './http.ts'
import { showMail } from './mail.ts'
import { SITE } from './settings.ts'
import type { Mail, Stage } from './stage.ts'

/** Milliseconds that somebody takes to fill in a form. */
const FILLING_MS = 3_000

const FORM = 'application/x-www-form-urlencoded'

/** As a browser posts a form of our own pages. */
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

/** The form of a page that leads to a path that begins so. @throws Error when there is none. */
export function formTo(page: Answer, path: string): Form {
  const begins = path.split('?')[0] ?? ''
  const form = formsIn(textOf(page)).find(({ action }) => new URL(action, SITE).pathname.startsWith(begins))
  if (form === undefined) throw new Error(`a page answered ${page.status} has no form to ${path}`)
  return form
}

/** Opens a page, waits as long as filling in takes, and records what its form is answered. */
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

/** A stamp that is old enough, for forms that are written by hand here. */
export async function agedStamp(stage: Stage): Promise<string> {
  const form = formTo(await stage.ask({ path: '/en/sign-up' }), '/en/sign-up')
  await stage.live(FILLING_MS)
  return form.fields.find(({ name }) => name === 'stamp')?.value ?? ''
}

/** The path of the first link in a mail that begins so. @throws Error when there is none. */
export function linkIn({ text, to }: Mail, begins: string): string {
  const found = text.match(new RegExp(`${SITE}(${begins}[^\\s<>"),]+)`))?.[1]
  if (found === undefined) throw new Error(`a mail to ${to} has no link to ${begins}`)
  return found
}

export function mailTo(mails: readonly Mail[], to: string): Mail {
  const found = mails.find((mail) => mail.to === to)
  if (found === undefined) throw new Error(`there is no mail to ${to}`)
  return found
}

/** Adds mails to a file; answers with them. */
export async function recordMails(stage: Stage, book: Book, title: string): Promise<Mail[]> {
  const mails = await stage.mails()
  for (const mail of mails) book.add(`${title}: mail to ${mail.to}`, showMail(mail.eml))
  if (mails.length === 0) book.add(title, 'no mail')
  return mails
}
