/** What a person with a browser does, over plain HTTP: reads a page, fills in the form that stands there, presses its button. */

import { setTimeout as delay } from 'node:timers/promises'
import { paths } from '../../src/paths.ts'
import { MIN_FILL_MS } from '../../src/security/form-timestamp.ts'
import { type Answers, type Form, fillIn, formsIn } from '../demo/html.ts'
import type { DemoPerson } from '../demo/people.ts'
import { ask, askByForm, type Visitor } from './browser.ts'

export type Page = { url: string; status: number; html: string }

/** Milliseconds over the shortest time a form has to stay open: clocks are read at two ends. */
const HASTE_MS = 100

export async function open(visitor: Visitor, url: string): Promise<Page> {
  return pageOf(await ask(visitor, url))
}

/** Sends a form of a page as a browser would, and follows where it leads. */
export async function press(visitor: Visitor, page: Page, form: Form, answers: Answers = {}): Promise<Page> {
  const { method, action } = form
  return pageOf(await askByForm(visitor, new URL(action, page.url), fillIn(form, answers), { method }))
}

const pageOf = async (response: Response): Promise<Page> => ({
  url: response.url,
  status: response.status,
  html: await response.text(),
})

/** The form of a page that leads to a path. @throws Error when there is none. */
export function formTo(page: Page, path: string): Form {
  const form = formsIn(page.html).find(({ action }) => new URL(action, page.url).pathname === path)
  if (form === undefined) throw new Error(`${page.url} (${page.status}) has no form to ${path}`)
  return form
}

export const visitorFor = (person: DemoPerson, number: number): Visitor => ({
  ip: `192.0.2.${number}`, // TEST-NET-1
  languages: person.locales.join(','),
})

/**
 * Signs up by the form: at a campaign, whose form is short, or on the page that asks for topics and country as well.
 * Answers with the page they are led to.
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

/** What somebody types into the form for a letter to a campaign's targets. */
export type LetterAnswers = {
  email: string
  name: string
  sentence: string
  place?: string
  country?: string
  consent?: readonly string[]
}

/** Writes to those a campaign is addressed to. Answers with the page they are led to: nothing is sent before they confirm. */
export const writeLetter = (
  site: string,
  visitor: Visitor,
  campaign: string,
  locale: string,
  answers: LetterAnswers,
): Promise<Page> => fillInAt(visitor, site + paths.write(locale, campaign), paths.letters(campaign), answers)

/** Opens a page, takes the time that somebody takes, and sends its form to `path`. */
export async function fillInAt(visitor: Visitor, url: string, path: string, answers: Answers): Promise<Page> {
  const page = await open(visitor, url)
  const form = formTo(page, path)
  await delay(MIN_FILL_MS + HASTE_MS)
  return press(visitor, page, form, answers)
}

/** Opens a link that shows one button, or the one that says `answers`, and presses it. */
export async function pressButtonBehind(visitor: Visitor, link: string, answers: Answers = {}): Promise<Page> {
  const page = await open(visitor, link)
  return press(visitor, page, formTo(page, new URL(link).pathname), answers)
}

/** What a mail program does when its reader presses “unsubscribe” (RFC 8058 §3.1). */
export function oneClick(link: string): Promise<Response> {
  const body = new FormData()
  body.append('List-Unsubscribe', 'One-Click')
  return fetch(link, { method: 'POST', body, redirect: 'manual' })
}
