/** Demonstration, sign-up: people sign up, confirm and unsubscribe, by pages and mails. */

import { paths } from '../../src/paths.ts'
import { awaitMails, CONFIRM, isConfirmation, isWelcome, linkIn, readOutbox, UNSUBSCRIBE } from '../local/outbox.ts'
import { oneClick, open, pressButtonBehind, signUp } from '../local/visitor.ts'
import type { DemoPerson } from './people.ts'
import { differs } from './report.ts'
import { type Stage, visitorOf } from './stage.ts'

export async function joining(stage: Stage): Promise<void> {
  const { site, people, organiser, report, campaign } = stage
  const sent = await Promise.all(people.map((person) => signUp(site, visitorOf(stage, person), person, campaign.slug)))
  report.check(
    `${people.length} people fill in the form, on pages in six languages. The page asks them to check their mail.`,
    sent.flatMap(({ status, url }, n) =>
      differs(`person ${n}`, `${status} ${url}`, `200 ${site}${paths.signedUp(people[n]?.page ?? '')}`),
    ),
  )

  const confirmations = await awaitMails(site, people.length, isConfirmation)
  const links = new Map(confirmations.map((mail) => [mail.to, linkIn(mail, site, CONFIRM)]))
  report.check('Each person gets one confirmation mail.', [
    ...differs('mails', confirmations.length, people.length),
    ...differs('people', links.size, people.length),
  ])

  const opened = await Promise.all(
    people.map((person) => open(visitorOf(stage, person), links.get(person.email) ?? site)),
  )
  report.check('Opening the confirmation link, as mail scanners do, adds no supporter.', [
    ...opened.flatMap(({ status }) => differs('the page', status, 200)),
    ...differs('supporters', await organiser.supporters(), 0),
  ])

  const pressed = await Promise.all(
    people.map((person) => pressButtonBehind(visitorOf(stage, person), links.get(person.email) ?? site)),
  )
  report.check('Pressing the button behind the link adds each person.', [
    ...pressed.flatMap(({ status }) => differs('the page', status, 200)),
    ...differs('supporters', await organiser.supporters(), people.length),
  ])
  const welcomes = await awaitMails(site, people.length, isWelcome)
  report.check('Each person gets one welcome mail.', [
    ...differs('mails', welcomes.length, people.length),
    ...differs('people', new Set(welcomes.map(({ to }) => to)).size, people.length),
  ])
}

/** The unsubscribe link in a person's welcome mail. @throws Error if there is none */
export async function optOutOf({ site }: Stage, person: DemoPerson): Promise<string> {
  const welcome = (await readOutbox(site)).find((mail) => mail.to === person.email && isWelcome(mail))
  if (welcome === undefined) throw new Error(`found no welcome mail to ${person.email}`)
  return linkIn(welcome, site, UNSUBSCRIBE)
}

/** Lets one person unsubscribe by the page, and one by one click in a test mail of an organiser. */
export async function leaving(stage: Stage, byPage: DemoPerson, byOneClick: DemoPerson): Promise<void> {
  const { site, organiser, report, campaign } = stage
  const before = await organiser.supporters()
  const link = await optOutOf(stage, byPage)
  const page = await open(visitorOf(stage, byPage), link)
  report.check('Opening the unsubscribe link removes no supporter.', [
    ...differs('the page', page.status, 200),
    ...differs('supporters', await organiser.supporters(), before),
  ])
  const left = await pressButtonBehind(visitorOf(stage, byPage), link)
  report.check('Pressing the button behind the unsubscribe link removes the person.', [
    ...differs('the page', left.status, 200),
    ...differs('supporters', await organiser.supporters(), before - 1),
  ])

  const [locale = ''] = byOneClick.locales
  const test = {
    campaign: campaign.slug,
    revision: campaign.revision,
    email: 'appeal',
    audience: { locales: [locale] },
  }
  const requested = await organiser.dispatch({ ...test, testTo: byOneClick.email }, crypto.randomUUID())
  const [mail] = await awaitMails(site, 1, ({ subject }) => subject.startsWith('[Test]'))
  const header = /^<(.*)>$/.exec(mail?.headers['List-Unsubscribe'] ?? '')?.[1] ?? site
  const answer = await oneClick(header)
  report.check('One click in a mail program removes the person too, without a redirect, a cookie or a second page.', [
    ...differs('the test is accepted', requested.status, 202),
    ...differs('the answer', answer.status, 200),
    ...differs('cookies', answer.headers.getSetCookie(), []),
    ...differs('supporters', await organiser.supporters(), before - 2),
  ])
}
