/** Acts as a person with a browser, over plain HTTP: opens pages, fills in forms and presses buttons. */

import { setTimeout as delay } from 'node:timers/promises'
import { paths } from '../../src/paths.ts'
import { MIN_FILL_MS } from '../../src/security/form-timestamp.ts'
import { type Answers, type Form, fillIn, formsIn } from '../demo/html.ts'
import type { DemoPerson } from '../demo/people.ts'
import { ask, askByForm, type Visitor } from './browser.ts'

export type Page = { url: string; status: number; html: string }

/** Milliseconds beyond MIN_FILL_MS that a form stays open, since client and server read different clocks. */
const HASTE_MS = 100

export async function open(visitor: Visitor, url: string): Promise<Page> {
  return pageOf(await ask(visitor, url))
}

/** Submits a form as a browser would, and returns the page after redirects. */
export async function press(visitor: Visitor, page: Page, form: Form, answers: Answers = {}): Promise<Page> {
  const { method, action } = form
  return pageOf(await askByForm(visitor, new URL(action, page.url), fillIn(form, answers), { method }))
}

const pageOf = async (response: Response): Promise<Page> => ({
  url: response.url,
  status: response.status,
  html: await response.text(),
})

/** The form of a page whose action is a path. @throws Error if there is none */
export function formTo(page: Page, path: string): Form {
  const form = formsIn(page.html).find(({ action }) => new URL(action, page.url).pathname === path)
  if (form === undefined) throw new Error(`${page.url} (${page.status}) has no form to ${path}`)
  return form
}

export const visitorFor = (person: DemoPerson, number: number): Visitor => ({
  ip: `2001:db8:${number.toString(16)}::1`, // RFC 3849: a network of its own
  languages: person.locales.join(','),
})

/**
 * Signs up by a form: the short one on the campaign's page, or for people with topics or a country the sign-up page. Returns the page
 * after the form.
 */
export async function signUp(site: string, visitor: Visitor, person: DemoPerson, campaign: string): Promise<Page> {
  const { page: locale, email, name = '', locales, topics, country } = person
  const short = topics.length === 0 && country === undefined
  const path = short ? paths.campaign(locale, campaign) : paths.signUp(locale)
  const page = await open(visitor, site + path)
  const form = formTo(page, paths.signUp(locale))
  await delay(MIN_FILL_MS + HASTE_MS)
  const more = { topics, ...(country !== undefined && { country }) }
  return press(visitor, page, form, { email, name, locales, ...(!short && more) })
}

/** Fields of the form for a letter to a campaign's targets. */
type LetterAnswers = {
  email: string
  name: string
  sentence: string
  place?: string
  country?: string
  consent?: readonly string[]
}

/** Fills in the letter form of a campaign. Returns the page after the form. No letter is sent before the writer confirms. */
export const writeLetter = (
  site: string,
  visitor: Visitor,
  campaign: string,
  locale: string,
  answers: LetterAnswers,
): Promise<Page> => fillInAt(visitor, site + paths.write(locale, campaign), paths.letters(campaign), answers)

/** Opens a page, waits as long as a person takes, and submits its form to `path`. */
export async function fillInAt(visitor: Visitor, url: string, path: string, answers: Answers): Promise<Page> {
  const page = await open(visitor, url)
  const form = formTo(page, path)
  await delay(MIN_FILL_MS + HASTE_MS)
  return press(visitor, page, form, answers)
}

/** Opens a link and presses the button of its page; `answers` chooses among several buttons. */
export async function pressButtonBehind(visitor: Visitor, link: string, answers: Answers = {}): Promise<Page> {
  const page = await open(visitor, link)
  return press(visitor, page, formTo(page, new URL(link).pathname), answers)
}

/** One-click unsubscribe as a mail program does it (RFC 8058 §3.1). */
export function oneClick(link: string): Promise<Response> {
  const body = new FormData()
  body.append('List-Unsubscribe', 'One-Click')
  return fetch(link, { method: 'POST', body, redirect: 'manual' })
}
