/** The demonstration's first half: people sign up, confirm and leave, by the pages and mails that people use. */

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
    `${people.length} people fill in the form, on pages in six languages, and are asked to look at their mail.`,
    sent.flatMap(({ status, url }, n) =>
      differs(`person ${n}`, `${status} ${url}`, `200 ${site}${paths.signedUp(people[n]?.page ?? '')}`),
    ),
  )

  const confirmations = await awaitMails(site, people.length, isConfirmation)
  const links = new Map(confirmations.map((mail) => [mail.to, linkIn(mail, site, CONFIRM)]))
  report.check('Each of them is sent one confirmation.', [
    ...differs('mails', confirmations.length, people.length),
    ...differs('people', links.size, people.length),
  ])

  const opened = await Promise.all(
    people.map((person) => open(visitorOf(stage, person), links.get(person.email) ?? site)),
  )
  report.check('Opening the link, as mail scanners do, signs nobody up.', [
    ...opened.flatMap(({ status }) => differs('the page', status, 200)),
    ...differs('supporters', await organiser.supporters(), 0),
  ])

  const pressed = await Promise.all(
    people.map((person) => pressButtonBehind(visitorOf(stage, person), links.get(person.email) ?? site)),
  )
  report.check('Pressing the button behind it does.', [
    ...pressed.flatMap(({ status }) => differs('the page', status, 200)),
    ...differs('supporters', await organiser.supporters(), people.length),
  ])
  const welcomes = await awaitMails(site, people.length, isWelcome)
  report.check('Each of them is welcomed once.', [
    ...differs('mails', welcomes.length, people.length),
    ...differs('people', new Set(welcomes.map(({ to }) => to)).size, people.length),
  ])
}

/** The opt-out link of the welcome they got. */
export async function optOutOf({ site }: Stage, person: DemoPerson): Promise<string> {
  const welcome = (await readOutbox(site)).find((mail) => mail.to === person.email && isWelcome(mail))
  if (welcome === undefined) throw new Error('somebody who is to leave was not welcomed')
  return linkIn(welcome, site, UNSUBSCRIBE)
}

/** One leaves by the page, one by the button of their mail program in a test mail an organiser has sent them. */
export async function leaving(stage: Stage, byPage: DemoPerson, byOneClick: DemoPerson): Promise<void> {
  const { site, organiser, report, campaign } = stage
  const before = await organiser.supporters()
  const link = await optOutOf(stage, byPage)
  const page = await open(visitorOf(stage, byPage), link)
  report.check('Opening the link to leave takes nobody off the list.', [
    ...differs('the page', page.status, 200),
    ...differs('supporters', await organiser.supporters(), before),
  ])
  const left = await pressButtonBehind(visitorOf(stage, byPage), link)
  report.check('Pressing its button does.', [
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
  const asked = await organiser.dispatch({ ...test, testTo: byOneClick.email }, crypto.randomUUID())
  const [mail] = await awaitMails(site, 1, ({ subject }) => subject.startsWith('[Test]'))
  const header = /^<(.*)>$/.exec(mail?.headers['List-Unsubscribe'] ?? '')?.[1] ?? site
  const answer = await oneClick(header)
  report.check('One click in a mail program does too: no redirect, no cookie, nothing more to press.', [
    ...differs('the test is taken', asked.status, 202),
    ...differs('the answer', answer.status, 200),
    ...differs('cookies', answer.headers.getSetCookie(), []),
    ...differs('supporters', await organiser.supporters(), before - 2),
  ])
}
