/** What people do on the day. */

import { MINUTE_MS } from '../../../src/kit/durations.ts'
import { paths } from '../../../src/paths.ts'
import { askByForm } from '../../local/browser.ts'
import { CONFIRM, UNSUBSCRIBE } from '../../local/outbox.ts'
import { LANGUAGES, NEW_SLUG, SLUGS } from './campaigns.ts'
import type { DayMailbox } from './mailbox.ts'
import type { Act } from './player.ts'
import type { Site } from './site.ts'

export type Day = { site: Site; mailbox: DayMailbox; random: () => number }

/** Minutes that a person takes to fill in a form. */
const FILL_MS = MINUTE_MS
/** Minutes after which a person looks for the confirmation again, when it has not come. */
const LOOK_AGAIN_MS = 5 * MINUTE_MS
/** Looks at a mailbox before a person gives up. */
const LOOKS = 24

export const localeOf = (n: number): string => LANGUAGES[n % LANGUAGES.length] ?? 'en'
export const signUpEmail = (n: number): string => `joiner${n}@example.org`
export const writerEmail = (n: number): string => `writer${n}@example.org`
export const campaignOf = (n: number): string => SLUGS[n % SLUGS.length] ?? NEW_SLUG

/** Numbers of people for their networks: ranges that do not meet. */
const NETWORKS = {
  viewer: 0,
  joiner: 0x100000,
  writer: 0x200000,
  speaker: 0x300000,
  reporter: 0x400000,
  leaver: 0x500000,
}

/** Waits for a mail's link and presses the button behind it, some minutes after it came. */
async function* confirming(day: Day, act: string, network: number, email: string): Act {
  const { site, mailbox, random } = day
  for (let looks = 0; ; looks++) {
    yield looks === 0 ? (2 + 20 * random()) * MINUTE_MS : LOOK_AGAIN_MS
    const link = mailbox.linkTo(email, CONFIRM)
    if (link === undefined && looks === LOOKS) throw new Error(`no confirmation came to ${email}`)
    if (link === undefined) continue
    const { pathname } = new URL(link)
    const visitor = site.visitor(act, network)
    await site.submit(visitor, await site.open(visitor, pathname), pathname)
    return
  }
}

/** Signs up on a campaign's page and confirms. */
export async function* signingUp(day: Day, n: number, confirmed: (email: string) => void): Act {
  const { site } = day
  const [act, network, email, locale] = ['sign-up', NETWORKS.joiner + n, signUpEmail(n), localeOf(n)]
  const visitor = site.visitor(act, network)
  const page = await site.open(visitor, paths.campaign(locale, SLUGS[n % 2] ?? ''))
  yield FILL_MS
  await site.submit(visitor, page, paths.signUp(locale), { email, name: 'Robin Quay', locales: [locale] })
  yield* confirming(day, act, network, email)
  confirmed(email)
}

/** Writes a letter to the four targets of a campaign and confirms it. */
export async function* writing(
  day: Day,
  n: number,
  slug: string,
  confirmed: (email: string, slug: string) => void,
): Act {
  const { site } = day
  const [act, network, email, locale] = ['letter', NETWORKS.writer + n, writerEmail(n), localeOf(n)]
  const visitor = site.visitor(act, network)
  const page = await site.open(visitor, paths.write(locale, slug))
  yield FILL_MS
  const answers = { email, name: 'Robin Quay', sentence: `I have taken this tram for ${n + 2} years.`, country: 'IE' }
  await site.submit(visitor, page, paths.letters(slug), answers)
  yield* confirming(day, act, network, email)
  confirmed(email, slug)
}

/** Writes a message to the workers and confirms it. */
export async function* speaking(day: Day, n: number, slug: string): Act {
  const { site } = day
  const [act, network, email, locale] = ['message', NETWORKS.speaker + n, `speaker${n}@example.org`, localeOf(n)]
  const visitor = site.visitor(act, network)
  const page = await site.open(visitor, paths.support(locale, slug))
  yield FILL_MS
  const answers = {
    email,
    name: 'Robin Quay',
    text: `We are ${n + 2} at our depot, and we are with you.`,
    shown: 'yes',
  }
  await site.submit(visitor, page, paths.messages(slug), answers)
  yield* confirming(day, act, network, email)
}

/** Reports a letter from the own mailbox. */
export async function reporting({ site }: Day, n: number): Promise<void> {
  const visitor = site.visitor('self-report', NETWORKS.reporter + n)
  const slug = campaignOf(n % 2)
  const form = new URLSearchParams({ how: 'own-mailbox', locale: localeOf(n) })
  const response = await askByForm(visitor, new URL(paths.reported(slug), site.url), form)
  await response.text()
  if (response.status !== 200) throw new Error(`a self-report was answered ${response.status}`)
  site.answered++
}

/** Leaves by one click in a mail program, or on the page behind the link. Waits until a mail with a link has come. */
export async function* leaving(day: Day, n: number, email: string, left: (email: string) => void): Act {
  const { site, mailbox } = day
  for (let looks = 0; ; looks++) {
    const header = mailbox.to(email).findLast(({ unsubscribe }) => unsubscribe !== undefined)?.unsubscribe
    const link = header ?? mailbox.linkTo(email, UNSUBSCRIBE)
    if (link === undefined && looks === LOOKS) throw new Error(`no mail with a link to leave came to ${email}`)
    if (link === undefined) {
      yield LOOK_AGAIN_MS
      continue
    }
    const { pathname } = new URL(link)
    if (n % 3 === 0) {
      const visitor = site.visitor('leave', NETWORKS.leaver + n)
      await site.submit(visitor, await site.open(visitor, pathname), pathname)
    } else {
      const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })
      await site.post('leave', pathname, { body })
    }
    left(email)
    return
  }
}

/** Share of views that find nothing in an isolate's memory, and fetch the style sheet too. */
const COLD = 1 / 3

/** Opens one page, `view` being its number. */
export async function viewing(
  { site, random }: Day,
  view: number,
  path: string,
  status = 200,
  act = 'view',
): Promise<void> {
  const cold = random() < COLD
  const visitor = site.visitor(act, NETWORKS.viewer + view, cold)
  const { html } = await site.open(visitor, path, { status })
  const [, style] = /href="(\/style\.css[^"]*)"/.exec(html) ?? []
  if (cold && style !== undefined) await site.open(visitor, style)
}
